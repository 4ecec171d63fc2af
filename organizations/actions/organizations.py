"""Making organizations, and their limits."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from organizations import policies, signals
from organizations.actions.details import write_details
from organizations.actions.locking import lock
from organizations.actions.naming import claim_free_slug, claim_slug, clean_slug
from organizations.actions.rules import check_room
from organizations.actors import Actor
from organizations.models import Allowance, Kind, Membership, Organization, Status
from organizations.models.organization import NAME_LENGTH, PERSONAL_SLUG
from organizations.suspension import Reason


def create_personal_account(*, user: User) -> Organization:
    """Make the user's personal account, in the transaction that makes the user (PRODUCT: *personal account*)."""
    organization = Organization.objects.create(kind=Kind.PERSONAL, slug=PERSONAL_SLUG, person=user)
    _add_founder(organization, user)
    return organization


@audited("organization.created")
def create_organization(
    *, name: str, slug: str = "", company: str = "", country: str = "", vat_number: str = "", by: Actor
) -> Organization:
    """Make a team with the actor as its founder.

    ``slug``: made from the name where it is empty; ``company``, ``country``, ``vat_number``: of its details, which are
    used for billing (text 004). Raises Refused, for a slug that is taken among others.
    """
    name = clean_name(name, NAME_LENGTH)
    assert isinstance(by.user, User)  # noqa: S101 -- the page asks for a signed-in user
    _check_pace(by.user)
    check_room(by.user)
    organization = Organization(kind=Kind.TEAM, name=name)
    if policies.current().is_suspended_at_first:
        # Text 004: credit 0 and SUSPENDED, until a payment.
        organization.status, organization.suspended_for = Status.SUSPENDED, Reason.UNFUNDED
    if slug:
        organization.slug = clean_slug(slug)
        claim_slug(organization)
    else:
        claim_free_slug(organization)
    _add_founder(organization, by.user)
    record("organization.created", by=by, organization_id=organization.pk, target=organization)
    write_details(organization, company=company, country=country, vat_number=vat_number, by=by)
    signals.created.send(sender=Organization, organization=organization)
    return organization


@audited("allowance.set")
def set_allowance(*, organization: Organization, limit: str, amount: int | None, by: Actor) -> None:
    """Give an organization a limit of its own, whatever its plan says; None: the plan's or the policy's again.

    ``limit``: a value of Allowance.Name.
    """
    organization, by = lock(organization.pk, by)
    name = Allowance.Name(limit)
    before = organization.allowed(name)
    if amount is None:
        organization.allowances.filter(name=name, source=Allowance.Source.STAFF).delete()
    else:
        organization.allowances.update_or_create(name=name, source=Allowance.Source.STAFF, defaults={"amount": amount})
    record(
        "allowance.set",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={name: before},
        after={name: organization.allowed(name)},
    )


def _check_pace(user: User) -> None:
    """Nobody makes organizations by the dozen, each with its own allowance of mails, nor many at once."""
    if not User.objects.select_for_update().filter(pk=user.pk).exists():
        # Ended in another tab, at this moment.
        raise Refused(_("This account is gone already."), code="gone")
    since = timezone.now() - timedelta(hours=24)
    recent = Organization.objects.filter(
        kind=Kind.TEAM, created_at__gt=since, memberships__user=user, memberships__invited_by=None
    )
    if recent.count() >= policies.current().organizations_per_day:
        raise Refused(_("You have made many organizations today. Try again tomorrow."), code="allowance")


def _add_founder(organization: Organization, user: User) -> None:
    Membership.build(organization=organization, user=user, role=policies.current().founder.key).save()
