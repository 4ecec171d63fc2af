"""The locks that everything which moves money takes first: the organization's, then its account's."""

from django.utils.translation import gettext as _

from billing.models import Account
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission


def lock_account(organization: Organization, by: Actor, needs: Permission | None = None) -> tuple[Account, Actor]:
    """The account of an organization, both locked until the transaction ends, and the actor as of now.

    One that has none yet gets an empty one. Raises Refused as `organizations.actions.locking.lock` does.
    """
    organization, by = lock(organization.pk, by, needs)
    blank = Account.new(organization)
    Account.objects.get_or_create(
        pk=organization.pk, defaults={"organization": organization, "currency": blank.currency}
    )
    account = Account.objects.lock(organization.pk)
    account.organization = organization
    # Empty, from before the deployment got another currency (billing.checks).
    if account.currency != blank.currency and not account.last_number:
        account.currency = blank.currency
        account.save(update_fields=["currency"])
    return account, by


def lock_again(account: Account, by: Actor) -> tuple[Account, Actor]:
    """The same for an account that is there, whose organization may be gone: then only it is locked.

    Raises Refused as above.
    """
    if account.organization is not None:
        return lock_account(account.organization, by)
    if not by.is_trusted:
        raise Refused(_("This organization is gone."), code="gone")
    return Account.objects.lock(account.pk), by
