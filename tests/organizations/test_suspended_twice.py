"""Suspended for want of a payment and by staff: each stands for itself, and each is lifted for itself."""

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from console.refusal import Refused
from organizations.actions import (
    close_organization,
    lift_suspension,
    reactivate_organization,
    reopen_organization,
    suspend_organization,
)
from organizations.actors import Actor
from organizations.models import Organization
from organizations.suspension import combined
from outbox.models import Mail
from tests.cast import Cast, make_person
from tests.reading import words

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
BY_PAYMENT = ["unfunded", "past_due"]


def state(organization: Organization) -> tuple[str, str, str]:
    organization.refresh_from_db()
    return organization.status, organization.suspended_for, organization.also_suspended_for


def suspend(organization: Organization, *reasons: str) -> None:
    for reason in reasons:
        suspend_organization(organization=organization, reason=reason, by=SYSTEM)


def logged(organization: Organization) -> list[tuple[str, object, object]]:
    told = Event.objects.filter(organization_id=organization.pk, outcome="done").order_by("id")
    return [
        (e.action, e.before.get("reason"), e.after.get("reason")) for e in told if "reason" in {*e.before, *e.after}
    ]


def mails(kind: str) -> list[tuple[str, str, str]]:
    return [(m.to, m.subject, m.text) for m in Mail.objects.filter(kind=kind).order_by("id")]


# What it is suspended for, and besides; what comes; what it is then. Typed by hand: staff stand before money.
@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        (("", ""), "past_due", ("past_due", "")),
        (("unfunded", ""), "staff", ("staff", "unfunded")),
        (("past_due", ""), "staff", ("staff", "past_due")),
        (("staff", ""), "past_due", ("staff", "past_due")),
        (("staff", ""), "unfunded", ("staff", "unfunded")),
        (("staff", ""), "staff", None),
        (("past_due", ""), "past_due", None),
        (("unfunded", ""), "past_due", None),
        (("staff", "past_due"), "past_due", None),
        (("staff", "unfunded"), "past_due", None),
        (("staff", "past_due"), "staff", None),
    ],
)
def test_what_comes_of_two_reasons(before: tuple[str, str], new: str, after: tuple[str, str] | None) -> None:
    assert combined(*before, new) == after


@pytest.mark.parametrize("reasons", [("past_due", "staff"), ("staff", "past_due")])
def test_the_payment_that_is_due_is_due_again_when_staff_lift_theirs(cast: Cast, reasons: tuple[str, str]) -> None:
    suspend(cast.acme, *reasons)
    assert state(cast.acme) == ("suspended", "staff", "past_due")
    assert "Our staff has stopped it" in words(cast.mia.client.get("/o/acme/"))
    reactivate_organization(organization=cast.acme, by=Actor.staff(cast.sam.user))
    assert state(cast.acme) == ("suspended", "past_due", "")
    assert "A payment is due." in words(cast.mia.client.get("/o/acme/"))
    assert logged(cast.acme)[-1] == ("suspension.lifted", "staff", "past_due")
    reactivate_organization(organization=cast.acme, by=Actor.staff(cast.sam.user))
    assert state(cast.acme) == ("active", "", "")


def test_a_payment_clears_it_beneath_staffs_suspension(cast: Cast) -> None:
    suspend(cast.acme, "unfunded", "staff")
    before = Mail.objects.count()
    lift_suspension(organization=cast.acme, reasons=BY_PAYMENT, by=SYSTEM)
    assert state(cast.acme) == ("suspended", "staff", "")
    assert logged(cast.acme)[-1] == ("suspension.lifted", "unfunded", "staff")
    assert Mail.objects.count() == before
    reactivate_organization(organization=cast.acme, by=Actor.staff(cast.sam.user))
    assert state(cast.acme) == ("active", "", "")


def test_a_payment_lifts_what_it_lifts_and_nothing_else(cast: Cast) -> None:
    suspend(cast.acme, "past_due")
    lift_suspension(organization=cast.acme, reasons=["unfunded"], by=SYSTEM)
    assert state(cast.acme) == ("suspended", "past_due", "")
    lift_suspension(organization=cast.acme, reasons=["past_due"], by=SYSTEM)
    assert state(cast.acme) == ("active", "", "")
    assert logged(cast.acme) == [
        ("organization.suspended", None, "past_due"),
        ("organization.reactivated", "past_due", None),
    ]
    # Again, and where it never was: quietly nothing.
    lift_suspension(organization=cast.acme, reasons=BY_PAYMENT, by=SYSTEM)
    assert len(logged(cast.acme)) == 2
    suspend(cast.acme, "staff")
    lift_suspension(organization=cast.acme, reasons=BY_PAYMENT, by=SYSTEM)
    assert state(cast.acme) == ("suspended", "staff", "")


def test_no_payment_lifts_what_staff_suspended(cast: Cast) -> None:
    suspend(cast.acme, "staff")
    with pytest.raises(ValueError, match="only staff bring back"):
        lift_suspension(organization=cast.acme, reasons=["past_due", "staff"], by=SYSTEM)
    assert state(cast.acme) == ("suspended", "staff", "")


def test_nothing_is_suspended_twice_for_the_same(cast: Cast) -> None:
    suspend(cast.acme, "staff", "past_due")
    for reason in ("staff", "past_due", "unfunded"):
        with pytest.raises(Refused, match="suspended already"):
            suspend_organization(organization=cast.acme, reason=reason, by=SYSTEM)
    assert state(cast.acme) == ("suspended", "staff", "past_due")


def test_closing_and_opening_again_keep_it(cast: Cast) -> None:
    suspend(cast.acme, "past_due")
    olivia = cast.olivia.actor(cast.acme)
    close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=olivia)
    assert state(cast.acme) == ("closed", "past_due", "")
    reopen_organization(organization=cast.acme, by=olivia)
    assert state(cast.acme) == ("suspended", "past_due", "")
    close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=olivia)
    # Paid while it was closed.
    lift_suspension(organization=cast.acme, reasons=BY_PAYMENT, by=SYSTEM)
    assert state(cast.acme) == ("closed", "", "")
    reopen_organization(organization=cast.acme, by=olivia)
    assert state(cast.acme) == ("active", "", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"also_suspended_for": "past_due"},
        {"status": "suspended", "suspended_for": "past_due", "also_suspended_for": "unfunded"},
        {"status": "suspended", "suspended_for": "staff", "also_suspended_for": "staff"},
    ],
)
def test_the_database_refuses_two_that_make_no_sense(cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=cast.acme.pk).update(**wrong)


def test_staff_find_what_is_suspended_for_a_payment_beneath_theirs(cast: Cast) -> None:
    suspend(cast.acme, "past_due", "staff")
    suspend(cast.rival, "unfunded")
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    listed = {
        reason: words(staff.get("/admin/organizations/organization/", {"suspended": reason}))
        for reason in ("past_due", "unfunded", "staff", "any", "none")
    }
    shown = {reason: ("acme" in page, "rival" in page) for reason, page in listed.items()}
    assert shown == {
        "past_due": (True, False),
        "unfunded": (False, True),
        "staff": (True, False),
        "any": (True, True),
        "none": (False, False),
    }
    page = words(staff.get(f"/admin/organizations/organization/{cast.acme.pk}/change/"))
    assert "Also suspended for: a payment is due" in page


class TestMails:
    """Founders are told of what staff do; of what is owed billing tells, before it comes to this."""

    def test_by_staff_it_says_what_stops_and_who_lifts_it(self, cast: Cast) -> None:
        suspend(cast.acme, "staff")
        [(to, subject, text)] = mails("organization-suspended")
        assert (to, subject) == ("olivia.owner@example.com", "Acme is suspended")
        assert "Hello Olivia," in text
        assert "Nobody can be invited, and the settings cannot be changed. Only our staff can lift it" in text
        assert "/o/acme/" in text

    def test_they_are_told_that_it_works_again(self, cast: Cast) -> None:
        suspend(cast.acme, "staff")
        reactivate_organization(organization=cast.acme, by=Actor.staff(cast.sam.user))
        [(to, subject, text)] = mails("organization-reactivated")
        assert (to, subject) == ("olivia.owner@example.com", "Acme is active again")
        assert "Acme is no longer suspended. Everything works as before." in text

    def test_or_that_a_payment_is_waited_for(self, cast: Cast) -> None:
        suspend(cast.acme, "past_due", "staff")
        reactivate_organization(organization=cast.acme, by=Actor.staff(cast.sam.user))
        [(_to, subject, text)] = mails("organization-reactivated")
        assert subject == "Acme waits for a payment"
        assert "Our staff no longer suspend Acme. A payment is due." in text

    def test_a_personal_account_is_called_that(self, cast: Cast) -> None:
        personal = cast.sam.user.personal_account
        suspend(personal, "staff")
        reactivate_organization(organization=personal, by=SYSTEM)
        found = mails("organization-suspended") + mails("organization-reactivated")
        assert [(to, subject) for to, subject, _text in found] == [
            ("sam.stranger@example.com", "Your personal account is suspended"),
            ("sam.stranger@example.com", "Your personal account is active again"),
        ]
        assert "Nobody can be invited" not in found[0][2]

    def test_money_alone_sends_nothing_here(self, cast: Cast) -> None:
        suspend(cast.acme, "past_due")
        lift_suspension(organization=cast.acme, reasons=BY_PAYMENT, by=SYSTEM)
        assert mails("organization-suspended") == mails("organization-reactivated") == []
