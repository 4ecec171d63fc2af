"""What staff look at is written in the log of whose it is, once an hour."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Model

from audit.actors import ActorKind
from audit.lines import line_of
from audit.models import Event
from outbox.models import Mail
from tests.cast import Cast, Person, make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def stella(cast: Cast) -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


def opens(who: Person, row: Model) -> None:
    page = who.client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/")
    assert page.status_code == 200


def looks() -> list[tuple[object, ...]]:
    """Where each look is written, and at what."""
    seen = Event.objects.filter(action="staff.viewed").order_by("pk")
    return list(seen.values_list("organization_id", "subject_id", "target_type", "target_id"))


def test_it_stands_in_the_log_of_the_organization_or_the_user(cast: Cast, stella: Person) -> None:
    acme, mia = cast.acme, cast.mia.user
    known = Mail.objects.create(to=mia.email, subject="To Mia")
    unknown = Mail.objects.create(to="nobody@example.net", subject="To nobody")
    acmes = Mail.objects.create(to=mia.email, subject="Of Acme", organization_id=acme.pk)
    membership = cast.mia.membership(acme)
    for row in (acme, mia, membership, known, unknown, acmes):
        opens(stella, row)
    assert looks() == [
        (acme.pk, None, "organizations.organization", acme.pk),
        (None, mia.pk, "accounts.user", mia.pk),
        (acme.pk, None, "organizations.membership", membership.pk),
        (None, mia.pk, "outbox.mail", known.pk),
        (None, None, "outbox.mail", unknown.pk),
        (acme.pk, None, "outbox.mail", acmes.pk),
    ]
    event = Event.objects.filter(action="staff.viewed").select_related("detail").latest("pk")
    assert (event.actor_kind, event.actor_id, event.detail.target) == (ActorKind.STAFF, stella.user.pk, "")


def test_it_is_written_once_an_hour_for_each_of_the_staff(cast: Cast, stella: Person) -> None:
    stefan = make_person("stefan.staff@example.com", is_staff=True, is_superuser=True)
    with time_machine.travel(NOW, tick=False) as clock:
        for who in (stella, stella, stefan):
            opens(who, cast.acme)
        assert len(looks()) == 2
        clock.shift(timedelta(minutes=59))
        opens(stella, cast.acme)
        assert len(looks()) == 2
        clock.shift(timedelta(minutes=2))
        opens(stella, cast.acme)
        assert len(looks()) == 3


def test_who_reads_the_log_learns_what_sort_of_record_it_was() -> None:
    told = {"action": "staff.viewed", "outcome": "done", "before": {}, "after": {}, "detail__target": ""}
    line = line_of("staff.viewed")
    assert line.sentence({**told, "target_type": "organizations.membership"}) == "Looked at a record: membership"
    assert line.sentence({**told, "target_type": "organizations.former"}) == "Looked at a record"


def test_sending_somebodys_mail_once_more_is_written_there_too(cast: Cast, stella: Person) -> None:
    mail = Mail.objects.create(to=cast.mia.user.email, subject="To Mia", text="Hello", state=Mail.State.FAILED)
    chosen = {"action": "try_again_now", "_selected_action": [str(mail.pk)]}
    for _ in range(2):
        stella.client.post("/admin/outbox/mail/", chosen)
        # What is no longer wanted is refused, and nothing is written.
        Mail.objects.update(state=Mail.State.WITHDRAWN)
    event = Event.objects.get(action="message.tried_again")
    assert (event.subject_id, event.target_id, event.actor_kind) == (cast.mia.user.pk, mail.pk, ActorKind.STAFF)
