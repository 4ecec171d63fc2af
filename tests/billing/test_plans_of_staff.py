"""Plans as staff make and change them, in the admin."""

from typing import Any

import pytest

from audit.models import Event
from billing.actions.plans import make_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.models import Plan
from billing.tasks import follow_plans
from console.refusal import Refused
from organizations.actors import Actor
from tests.billing.making import fund
from tests.billing.making import make_plan as write_plan
from tests.cast import Cast, Person, make_person
from tests.reading import body, mails_to, words

ADD = "/admin/billing/plan/add/"
BLANK: dict[str, Any] = {
    "key": "team", "name": "Team", "description": "", "monthly": "20.00", "yearly": "", "trial_days": "0",
    "projects": "", "services": "", "keys_per_organization": "", "audit_days": "", "custom_roles": "",
    "audit_streams": "", "features": "", "is_offered": "on", "order": "10",
}  # fmt: skip


@pytest.fixture
def stella(db: None) -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


def change(plan: Plan) -> str:
    return f"/admin/billing/plan/{plan.pk}/change/"


def test_staff_make_a_plan_and_change_what_it_costs(cast: Cast, stella: Person) -> None:
    assert stella.client.post(ADD, {**BLANK, "trial_days": "14"}).status_code == 302
    plan = Plan.objects.get()
    assert (plan.key, plan.monthly, plan.yearly, plan.trial_days) == ("team", 2000, None, 14)
    fund(cast.acme, 5000)
    choose_plan(organization=cast.acme, plan=plan, interval="month", by=cast.olivia.actor(cast.acme))
    stella.client.post(change(plan), {**BLANK, "monthly": "€25", "yearly": "240", "projects": "3"})
    # Limits and the news reach who has it by the task, which is woken up then.
    follow_plans()
    assert cast.acme.allowed("projects") == 3  # type: ignore[arg-type]
    (told,) = mails_to("bella.billing@example.com", "plan-price")
    assert "Team costs €25.00 a month instead of €20.00" in told.text
    event = Event.objects.get(action="plan.terms_changed")
    assert (event.before["monthly"], event.after["monthly"], event.after["projects"]) == (2000, 2500, 3)
    assert "name" not in event.after
    said = words(stella.client.get("/admin/billing/plan/"))
    assert "€25.00" in said
    assert "€240.00" in said


WRONG: list[tuple[dict[str, str], str]] = [
    ({"monthly": "-1"}, "The least is €0.00."),
    ({"monthly": "NaN"}, "Type an amount"),
    ({"monthly": "0.001"}, "smallest"),
    ({"monthly": ""}, "Say what it costs"),
    ({"is_standard": "on"}, "it costs 0 a month, nothing else"),
    ({"key": "Team plan"}, "small letters"),
    ({"key": "other"}, "already exists"),
]


def test_what_makes_no_sense_is_refused_at_the_field(stella: Person) -> None:
    write_plan("other")
    for typed, says in WRONG:
        assert says in body(stella.client.post(ADD, {**BLANK, **typed}))
    assert Plan.objects.count() == 1


def test_an_empty_form_names_no_constraint(stella: Person) -> None:
    said = words(stella.client.post(ADD, {**BLANK, "key": "", "name": "", "monthly": ""}))
    assert "This field is required." in said
    assert "Constraint" not in said


def test_a_price_that_somebody_pays_cannot_be_taken_away(cast: Cast, stella: Person) -> None:
    plan = write_plan(monthly=2000, yearly=20_000)
    fund(cast.acme, 5000)
    choose_plan(organization=cast.acme, plan=plan, interval="month", by=cast.olivia.actor(cast.acme))
    page = stella.client.post(change(plan), {**BLANK, "monthly": "", "yearly": "200"})
    assert "Somebody has this plan for this interval" in body(page)
    page = stella.client.post(change(plan), {**BLANK, "monthly": "0", "is_standard": "on"})
    assert "so it cannot be the standard one" in body(page)
    assert stella.client.post(change(plan), BLANK).status_code == 302
    plan.refresh_from_db()
    assert (plan.monthly, plan.yearly, plan.is_standard) == (2000, None, False)


def test_there_is_one_standard_plan_and_the_newest_takes_its_place(cast: Cast) -> None:
    staff = Actor.staff(cast.sam.user)
    make_plan(key="basic", name="Basic", monthly=0, is_standard=True, by=staff)
    make_plan(key="base", name="Base", monthly=0, is_standard=True, by=staff)
    assert [plan.key for plan in Plan.objects.filter(is_standard=True)] == ["base"]
    with pytest.raises(Refused, match="a plan with this key"):
        make_plan(key="base", name="Other", monthly=5, by=staff)


def test_staff_withdraw_a_plan_and_see_who_has_it(cast: Cast, stella: Person) -> None:
    plan = write_plan(monthly=2000)
    fund(cast.acme, 5000)
    chosen = choose_plan(organization=cast.acme, plan=plan, interval="month", by=cast.olivia.actor(cast.acme))
    stella.client.post("/admin/billing/plan/", {"action": "withdraw", "_selected_action": str(plan.pk)})
    plan.refresh_from_db()
    assert not plan.is_offered
    stella.client.post("/admin/billing/plan/", {"action": "offer", "_selected_action": str(plan.pk)})
    assert stella.client.post(f"/admin/billing/plan/{plan.pk}/delete/", {"post": "yes"}).status_code == 403
    page = stella.client.get(f"/admin/billing/subscription/{chosen.pk}/change/")
    assert "Acme" in words(page)
    assert "€20.00" in words(page)
    assert "Acme" in words(stella.client.get("/admin/billing/subscription/?q=acme"))
