"""Nothing of a person stays in the database once the account is deleted, and nothing of anybody else goes."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from audit.models import Detail, Event
from organizations.models import Invitation
from outbox.actions import prune
from outbox.models import Mail, TextMessage
from tests.accounts.deleting import close, delete, everywhere
from tests.accounts.signing import PASSWORD, sign_in
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.inviting import invite, mailed_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Person:
    """Marvin, who has done and been done to all that there is, in organizations that he is and was in."""
    marvin = make_person("marvin.marvellous@example.com", phone="+33612345678")
    with django_capture_on_commit_callbacks(execute=True):
        for address in ("marvin@mail.example.net", "m.marvellous@example.org"):
            EmailAddress.objects.create(user=marvin.user, email=address, verified=True)
        marvin.user.set_password(PASSWORD)
        marvin.user.save()
        client = Client(headers={"User-Agent": "Marvellous/1.0"}, REMOTE_ADDR="203.0.113.77")
        sign_in(client, marvin.user.email)
        for team, owner, email in (
            (cast.acme, cast.olivia, marvin.user.email),
            (cast.rival, cast.rita, "marvin@mail.example.net"),
        ):
            owner.client.post(f"/o/{team.slug}/members/invitations/new/", {"email": email, "role": "admin"})
            invitation = Invitation.objects.filter(organization=team).latest("id")
            client.post(f"{mailed_link(invitation)}acceptance/")
        # Renamed, promoted, and the one who invites others.
        members = f"/o/acme/members/{marvin.membership(cast.acme).pk}"
        cast.olivia.client.post(f"{members}/role/", {"role": "owner"})
        client.post("/o/acme/members/invitations/new/", {"email": "a@example.com", "role": "tech", "note": "Marvin"})
        client.post("/o/acme/settings/", {"name": "Acme Robotics", "slug": "acme"})
        client.post("/profile/preferences/data/new/")
        # Out of Rival again.
        cast.rita.client.post(f"/o/rival/members/{marvin.membership(cast.rival).pk}/removal/")
        # An invitation that he never answered, and one more that he declined.
        cast.rita.client.post("/o/rival/members/invitations/new/", {"email": marvin.user.email, "role": "tech"})
        make_team("Third", cast.sam)
        cast.sam.client.post("/o/third/members/invitations/new/", {"email": "m.marvellous@example.org", "role": "tech"})
        declined = Invitation.objects.filter(organization__slug="third").get()
        client.post(f"{mailed_link(declined)}declination/")
        Client(REMOTE_ADDR="203.0.113.77").post("/accounts/login/", {"login": marvin.user.email, "password": "wrong"})
        client.get("/admin/")
        TextMessage.objects.create(
            number="+33612345678", text="123456", account_id=marvin.user.pk, expires_at=timezone.now()
        )
        stella = make_person("stella.staff@example.com", is_staff=True)
        LogEntry.objects.create(
            user=stella.user, object_id=str(marvin.user.pk), object_repr=str(marvin.user), action_flag=2
        )
    # Where no worker runs, too: all mails have left.
    Mail.objects.filter(state="waiting").update(state="sent", sent_at=timezone.now())
    return marvin


PERSONAL = ("marvin", "marvellous", "33612345678", "203.0.113.77")


class TestNothingOfThePersonStays:
    def test_before_he_is_all_over_the_place(self, lived: Person) -> None:
        """The proof that the test below looks where there is something to be found."""
        tables = {line.split(".")[1] for line in everywhere(*PERSONAL)}
        assert {"User", "Detail", "Membership", "Invitation", "Mail", "TextMessage", "LogEntry"} <= tables
        assert {"Session", "Browser", "EmailAddress"} <= tables

    @pytest.mark.embedded
    def test_in_any_column_of_any_table(
        self, lived: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            delete(lived)
        Mail.objects.filter(state="waiting").update(state="sent", sent_at=timezone.now())
        prune()
        assert everywhere(*PERSONAL) == []

    def test_what_was_done_stays(self, lived: Person, cast: Cast) -> None:
        before = set(Event.objects.values_list("pk", flat=True))
        delete(lived)
        assert before <= set(Event.objects.values_list("pk", flat=True))
        edited = Event.objects.get(action="organization.edited")
        # Whose name it is, and what was made of it, is the organization's own.
        assert (edited.detail.target, edited.detail.texts["name"]) == ("Acme Robotics", ["Acme", "Acme Robotics"])
        promoted = Event.objects.get(action="membership.role_changed")
        assert (promoted.detail.actor, promoted.detail.target) == ("Olivia Owner", "")

    def test_others_are_named_as_before(self, lived: Person) -> None:
        others = Detail.objects.exclude(event__actor_id=lived.user.pk).exclude(event__actor_kind="visitor")
        before = set(others.values_list("pk", "actor", "address", "device"))
        delete(lived)
        assert before <= set(Detail.objects.values_list("pk", "actor", "address", "device"))

    def test_a_name_of_one_letter_takes_no_words_out_of_other_peoples_mail(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            invite(cast, "new.face@example.com")
        eve = make_person("eve@example.com", first_name="e", last_name="")
        close(eve)
        assert Mail.objects.get(kind="invitation").subject == "Olivia Owner invites you to Acme"

    def test_a_long_log_costs_no_more_statements_than_a_short_one(self, cast: Cast) -> None:
        def statements(person: Person, count: int) -> int:
            for _ in range(count):
                event = Event.objects.create(
                    action="thing.done", actor_kind="user", actor_id=person.user.pk, organization_id=cast.acme.pk
                )
                Detail.objects.create(event=event, actor=person.user.name)
            with CaptureQueriesContext(connection) as counted:
                close(person)
            return len(counted)

        assert statements(cast.mia, 1) == statements(cast.theo, 1000)
