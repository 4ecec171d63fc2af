"""An account is deleted: what was the person's goes, what stays of others' no longer says who it was."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions import close_account
from accounts.models import User
from accounts.pictures import store
from audit.actors import Actor
from audit.models import Event
from console.refusal import Refused
from organizations.models import Invitation, Membership, Organization
from organizations.signals import membership_ended
from outbox.actions import prune
from outbox.forgetting import FORGOTTEN
from outbox.models import Mail
from tests.accounts.deleting import PAGE, close, delete, proven
from tests.accounts.signing import PASSWORD, is_signed_in, make_user, sign_in, sign_up
from tests.cast import Cast, make_person, make_team
from tests.organizations.inviting import invite, mailed_link
from tests.reading import body, error_at, links, mails_to, main_words, words

pytestmark = pytest.mark.django_db


class TestThePage:
    def test_says_what_goes_and_what_stays_and_does_it(self, cast: Cast) -> None:
        client = proven(cast.mia)
        page = client.get(PAGE)
        for said in ("cannot be undone", "Your personal account", "without your name", "Export my data"):
            assert said in main_words(page)
        answer = client.post(PAGE, {"email": "mia.member@example.com"})
        assert answer.headers["Location"] == "/profile/gone/"
        assert not User.objects.filter(pk=cast.mia.user.pk).exists()
        assert "Your account is gone" in words(client.get("/profile/gone/"))
        assert not is_signed_in(client)

    def test_the_address_must_be_typed(self, cast: Cast) -> None:
        for typed in ("", "mia.member", "olivia.owner@example.com"):
            page = proven(cast.mia).post(PAGE, {"email": typed})
            assert error_at(page, "email")
        assert User.objects.filter(pk=cast.mia.user.pk).exists()
        assert not Event.objects.filter(action="account.closed").exists()

    def test_in_any_case_and_with_blanks(self, cast: Cast) -> None:
        assert proven(cast.mia).post(PAGE, {"email": " Mia.Member@Example.com "}).status_code == 302

    def test_an_old_proof_is_asked_for_again_and_then_it_is_done(self) -> None:
        user = make_user("paul.page@example.com")
        client = Client()
        with time_machine.travel(timezone.now() - timedelta(minutes=11)):
            sign_in(client, user.email)
        asked = client.post(PAGE, {"email": user.email})
        assert "Confirm that it is you" in words(asked)
        assert User.objects.filter(pk=user.pk).exists()
        carried = body(asked).partition('name="carried" value="')[2].partition('"')[0]
        answer = client.post(PAGE, {"proof": "password", "carried": carried, "password": PASSWORD})
        assert answer.headers["Location"] == "/profile/gone/"
        assert not User.objects.filter(pk=user.pk).exists()

    def test_nobody_deletes_by_a_link(self, cast: Cast) -> None:
        proven(cast.mia).get(f"{PAGE}?email=mia.member@example.com")
        assert User.objects.filter(pk=cast.mia.user.pk).exists()

    def test_who_is_signed_out_is_sent_to_sign_in(self) -> None:
        assert Client().post(PAGE, {"email": "a@example.com"}).headers["Location"].startswith("/accounts/login/")

    def test_preferences_lead_there(self, cast: Cast) -> None:
        found = links(cast.mia.client.get("/profile/preferences/"))
        assert PAGE in found
        assert "/profile/preferences/data/" in found

    def test_the_browser_is_told_to_forget_what_it_has_seen(self, cast: Cast) -> None:
        assert delete(cast.mia).headers["Clear-Site-Data"] == '"cache", "storage"'

    def test_an_old_tab_of_it_leads_to_the_sign_in(self, cast: Cast) -> None:
        client, old_tab = proven(cast.mia), proven(cast.mia)
        client.post(PAGE, {"email": "mia.member@example.com"})
        again = old_tab.post(PAGE, {"email": "mia.member@example.com"})
        assert again.headers["Location"].startswith("/accounts/login/")


class TestTheLastOwner:
    def test_is_told_of_which_teams_with_links(self, cast: Cast) -> None:
        make_team("Beta", cast.olivia, {"admin": cast.adam})
        client = proven(cast.olivia)
        page = client.get(PAGE)
        assert {"/o/acme/members/", "/o/beta/members/"} <= set(links(page))
        page = client.post(PAGE, {"email": "olivia.owner@example.com"})
        assert "You are the last Owner of Acme and Beta." in main_words(page)
        assert {"/o/acme/members/", "/o/beta/members/"} <= set(links(page))
        assert cast.acme.memberships.count() == 5
        event = Event.objects.get(action="account.closed")
        assert (event.outcome, event.after) == ("denied", {"code": "last-founder"})

    def test_goes_once_somebody_else_is_one(self, cast: Cast) -> None:
        Membership.objects.filter(user=cast.adam.user, organization=cast.acme).update(role="owner")
        assert delete(cast.olivia).status_code == 302
        assert [str(m.user) for m in cast.acme.memberships.founders()] == ["Adam Admin"]

    def test_of_a_closed_team_may_go(self, cast: Cast) -> None:
        Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
        assert delete(cast.olivia).status_code == 302

    def test_alone_in_a_team_is_its_last_owner_too(self, cast: Cast) -> None:
        make_team("Solo", cast.sam)
        assert "the last Owner of Solo" in main_words(delete(cast.sam))

    def test_of_the_own_personal_account_only_may_go(self, cast: Cast) -> None:
        assert delete(cast.sam).status_code == 302
        assert not Organization.objects.filter(person=cast.sam.user.pk).exists()

    def test_a_markup_in_a_teams_name_stays_text(self, cast: Cast) -> None:
        make_team("<b>Bold</b>", cast.sam)
        assert "<b>Bold</b>" not in body(delete(cast.sam))


class TestStaff:
    def test_the_last_who_may_do_everything_stays(self) -> None:
        stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
        with pytest.raises(Refused) as refused:
            close(stella)
        assert refused.value.code == "last-superuser"

    def test_one_of_two_may_go(self) -> None:
        stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
        make_person("steve.staff@example.com", is_staff=True, is_superuser=True)
        close(stella)
        assert not User.objects.filter(email="stella.staff@example.com").exists()

    def test_a_locked_one_does_not_count(self) -> None:
        stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
        make_person("steve.staff@example.com", is_staff=True, is_superuser=True, is_active=False)
        with pytest.raises(Refused):
            close(stella)


class TestAfterwards:
    def test_all_sessions_are_dead_at_once(self, cast: Cast) -> None:
        other = Client()
        other.force_login(cast.mia.user)
        assert is_signed_in(other)
        delete(cast.mia)
        assert other.get("/profile/preferences/").headers["Location"].startswith("/accounts/login/")
        assert other.get("/o/acme/").status_code == 302

    def test_the_address_is_free_again_and_nothing_comes_back(self, cast: Cast) -> None:
        delete(cast.mia)
        sign_up(Client(), "mia.member@example.com")
        again = User.objects.get(email="mia.member@example.com")
        assert again.pk != cast.mia.user.pk
        assert not Membership.objects.filter(user=again, organization=cast.acme).exists()

    def test_a_reset_finds_nobody(self, cast: Cast) -> None:
        delete(cast.mia)
        Client().post("/accounts/password/reset/", {"email": "mia.member@example.com"})
        assert [mail.kind for mail in mails_to("mia.member@example.com")][-1] == "unknown-account"

    def test_what_depends_on_a_membership_hears_of_its_end(self, cast: Cast) -> None:
        ended = []

        def note(membership: Membership, **_: object) -> None:
            ended.append((membership.organization.display_name, membership.user_id))

        membership_ended.connect(note)
        try:
            close(cast.mia)
        finally:
            membership_ended.disconnect(note)
        assert set(ended) == {("Acme", cast.mia.user.pk), ("Personal account", cast.mia.user.pk)}

    def test_the_organizations_log_says_that_somebody_left_and_not_who(self, cast: Cast) -> None:
        mia = cast.mia.user.pk
        delete(cast.mia)
        event = Event.objects.get(action="membership.left", organization_id=cast.acme.pk)
        assert (event.actor_id, event.before) == (mia, {"user": str(mia), "role": "member"})
        assert (event.detail.actor, event.detail.target, event.detail.address) == ("", "", None)

    def test_what_they_invited_is_revoked_and_stays_without_a_name(self, cast: Cast) -> None:
        invitation = invite(cast, "new.face@example.com", by=cast.adam, note="Yours, Adam")
        accepted = invite(cast, "sam.stranger@example.com", by=cast.adam)
        cast.sam.client.post(f"{mailed_link(accepted)}acceptance/")
        close(cast.adam)
        invitation.refresh_from_db()
        assert (invitation.state, invitation.invited_by, invitation.note) == ("revoked", None, "")
        assert cast.sam.membership(cast.acme).invited_by is None
        client = cast.olivia.client
        for page in (
            "/o/acme/members/",
            "/o/acme/members/invitations/",
            f"/o/acme/members/invitations/{invitation.pk}/",
        ):
            assert client.get(page).status_code == 200

    def test_an_open_invitation_to_them_is_answered(self, cast: Cast) -> None:
        invitation = invite(cast, "sam.stranger@example.com")
        link = mailed_link(invitation)
        close(cast.sam)
        assert not Invitation.objects.filter(pk=invitation.pk).exists()
        assert Event.objects.get(action="invitation.declined").target_id == invitation.pk
        assert Client().get(link).status_code == 404

    def test_an_invitation_to_an_address_that_was_only_claimed_stays(self, cast: Cast) -> None:
        """Somebody claims a victim's address and deletes the account: the victim loses nothing."""
        invitation = invite(cast, "victor.victim@example.com")
        EmailAddress.objects.create(user=cast.sam.user, email="victor.victim@example.com", verified=False)
        close(cast.sam)
        invitation.refresh_from_db()
        assert invitation.state == "pending"
        assert invitation.mail.is_waiting
        assert mails_to("victor.victim@example.com", "invitation")

    def test_waiting_mails_are_withdrawn_and_the_last_one_leaves(self, cast: Cast) -> None:
        invite(cast, "sam.stranger@example.com")
        close(cast.sam)
        (farewell,) = mails_to("sam.stranger@example.com")
        assert (farewell.kind, farewell.subject, farewell.state) == (
            "account-closed",
            "Your account is gone",
            "waiting",
        )
        assert Mail.objects.get(kind="invitation").state == "withdrawn"

    def test_the_last_mail_forgets_its_address_the_night_after(self, cast: Cast) -> None:
        close(cast.sam)
        prune()
        (farewell,) = mails_to("sam.stranger@example.com")
        farewell.mark_sent()
        prune()
        farewell.refresh_from_db()
        assert (farewell.to, farewell.text, farewell.state) == (FORGOTTEN, "", "sent")

    def test_an_address_that_was_never_verified_gets_no_last_mail(self) -> None:
        paul = make_person("paul.page@example.com", verified=False)
        close_account(user=paul.user, by=Actor.system())
        assert not Mail.objects.filter(kind="account-closed").exists()
        assert Event.objects.get(action="account.closed").actor_kind == "system"

    def test_the_picture_goes_after_the_commit(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        name = store({64: b"small", 256: b"large"})
        User.objects.filter(pk=cast.mia.user.pk).update(picture=name)
        with django_capture_on_commit_callbacks(execute=True):
            close(cast.mia)
            assert default_storage.exists(f"pictures/{name}-64.webp")
        assert not default_storage.exists(f"pictures/{name}-64.webp")
        assert not default_storage.exists(f"pictures/{name}-256.webp")

    def test_twice_is_once(self, cast: Cast) -> None:
        close(cast.mia)
        with pytest.raises(Refused) as refused:
            close_account(user=User(pk=cast.mia.user.pk), by=Actor.system())
        assert refused.value.code == "gone"
