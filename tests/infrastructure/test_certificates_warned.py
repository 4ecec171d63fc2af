"""People are told of certificates that end: once at each stage, all of an organization's in one mail a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Notification
from infrastructure.actions.certificate_warnings import tell_of_endings
from infrastructure.models import Certificate
from organizations.models import Organization
from organizations.models.organization import Status
from outbox.models import Mail
from tests.audit.acting_certificates import added
from tests.cast import Cast
from tests.infrastructure.making import make_certificate
from tests.reading import mails_to

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KIND = "certificate-ending"


def ending(organization: Organization, days: float, **columns: Any) -> Certificate:
    """One that ends so many days after noon."""
    return make_certificate(organization, not_before=NOON - 60 * DAY, not_after=NOON + days * DAY, **columns)


def subjects(email: str = "theo.tech@example.com") -> list[str]:
    return [mail.subject for mail in mails_to(email, KIND)]


def test_they_are_told_at_each_stage_once(cast: Cast) -> None:
    with time_machine.travel(NOON - 60 * DAY, tick=False) as clock:
        ending(cast.acme, 0, name="Shop", names=["shop.example.com"])
        for days in (-31, -30, -29, -15, -14, -10, -7, -6, -1, -0.5, 0, 1, 30):
            clock.move_to(NOON + days * DAY)
            tell_of_endings()
    ends = "The certificate Shop of Acme ends on 1 June 2030"
    assert subjects() == [ends, ends, ends, ends, "The certificate Shop of Acme has ended"]
    bodies = [mail.text for mail in mails_to("theo.tech@example.com", KIND)]
    said = ["in 30 days.", "in 14 days.", "in 7 days.", "in 1 day.", "ended on 1 June 2030."]
    assert [wanted in body for wanted, body in zip(said, bodies, strict=True)] == [True] * 5
    # Who may not manage them is not told.
    assert Mail.objects.filter(kind=KIND).values_list("to", flat=True).distinct().count() == 3
    assert subjects("mia.member@example.com") == []
    awaiting = Notification.objects.awaiting().get(user=cast.theo.user, kind="certificate_ending")
    assert awaiting.address == f"/o/acme/settings/certificates/{Certificate.objects.get().pk}/"


def test_one_mail_a_day_lists_all_of_an_organization(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ending(cast.acme, 20, name="Shop")
        ending(cast.acme, 3, name="Mail")
        ending(cast.acme, 14.5, name="Later")
        ending(cast.acme, 90, name="Far")
        ending(cast.rival, 1, name="Rival")
        assert tell_of_endings() == 2
        assert subjects() == ["3 certificates of Acme need you"]
        [mail] = mails_to("theo.tech@example.com", KIND)
        assert [mail.text.index(name) for name in ("Mail (", "Later (", "Shop (")] == sorted(
            mail.text.index(name) for name in ("Mail (", "Later (", "Shop (")
        )
        assert "Far (" not in mail.text
        # Half a day later the next stage of one of them has come: it waits until a day is over.
        clock.move_to(NOON + DAY * 0.6)
        assert tell_of_endings() == 0
        clock.move_to(NOON + DAY)
        # Rival's has ended.
        assert tell_of_endings() == 2
        assert subjects()[1:] == ["The certificate Later of Acme ends on 16 June 2030"]


def test_after_a_long_silence_of_the_worker_only_the_nearest_stage_is_told(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        ending(cast.acme, 5, name="Shop")
        closed = ending(cast.rival, 5)
        Organization.objects.filter(pk=closed.organization_id).update(status=Status.CLOSED, closed_at=NOON)
        assert [tell_of_endings(), tell_of_endings()] == [1, 0]
        assert subjects("rita.rival@example.com") == []
    with time_machine.travel(NOON + DAY, tick=False):
        assert tell_of_endings() == 0


def test_who_adds_one_that_ends_soon_need_not_be_told_so(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        certificate = added(cast)
        clock.move_to(NOON + 60 * DAY)
        assert tell_of_endings() == 1
        certificate.refresh_from_db()
        assert certificate.warned_days == 30
        ending(cast.rival, 65, warned_days=7)
        assert tell_of_endings() == 0
