"""The limits of a plan, written where organizations enforce them, in the transaction that chooses or ends the plan."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.actions.subscriptions.reading import plan_of
from billing.models import Account, Plan, Subscription
from organizations.models import Allowance, Organization

# How many organizations are brought in line in one run of the task; the next run goes on.
AT_ONCE = 1000


def apply_limits(organization: Organization, plan: Plan) -> None:
    """Give an organization, which the caller has locked, the limits of its plan. Nothing that is there is deleted."""
    of_plan = organization.allowances.filter(source=Allowance.Source.PLAN)
    written = dict(of_plan.values_list("name", "amount"))
    wanted = {str(name): amount for name, amount in plan.limits.items() if amount is not None}
    if written.keys() - wanted.keys():
        of_plan.exclude(name__in=wanted).delete()
    for name, amount in wanted.items():
        if written.get(name) != amount:
            organization.allowances.update_or_create(
                name=name, source=Allowance.Source.PLAN, defaults={"amount": amount}
            )


def apply_plans() -> int:
    """Bring organizations in line whose plan allows something else than is written there; how many they were.

    After staff have changed the limits of a plan, and for new organizations under a standard plan that has some. Each
    in a transaction of its own: a worker that is killed leaves the others to the next run.
    """
    found = 0
    for pk in _out_of_line():
        with transaction.atomic():
            # The lock that choosing another plan takes first, too.
            organization = Organization.objects.select_for_update(no_key=True).filter(pk=pk).first()
            if organization is not None:
                apply_limits(organization, plan_of(Account.objects.of(organization)))
                found += 1
    return found


def _out_of_line() -> list[UUID]:
    found: list[UUID] = []
    subscribed = Subscription.objects.current().filter(account=OuterRef("pk"))
    plans = [Plan.objects.standard(), *Plan.objects.filter(pk__in=Subscription.objects.current().values("plan"))]
    for plan in plans:
        those = subscribed.filter(plan=plan.pk)
        of_plan = Organization.objects.filter(~Exists(subscribed) if plan is plans[0] else Exists(those))
        found += _differing(of_plan, plan).values_list("pk", flat=True)[: AT_ONCE - len(found)]
    return found


def _differing(organizations: QuerySet[Organization], plan: Plan) -> QuerySet[Organization]:
    written = Allowance.objects.filter(organization=OuterRef("pk"), source=Allowance.Source.PLAN)
    unlimited = [name for name, amount in plan.limits.items() if amount is None]
    differs = Q(Exists(written.filter(name__in=unlimited)))
    for name, amount in plan.limits.items():
        if amount is not None:
            differs |= Q(~Exists(written.filter(name=name, amount=amount)))
    return organizations.filter(differs)
