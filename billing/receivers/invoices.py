"""What invoices need when an organization is deleted."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from billing.actions.invoices.parties import buyer_in, language_of
from billing.models import Account, Charge
from organizations.models import Organization


@receiver(pre_delete, sender=Organization)
def keep_buyer(instance: Organization, **_: Any) -> None:
    """Who bought what is billed later: a personal account ends with its person, what it owes on paper does not."""
    # Of who owes no invoice nothing is kept that names them.
    billed_later = Charge.objects.filter(account=OuterRef("pk"), invoice=None)
    accounts = Account.objects.select_related("organization__person").filter(Exists(billed_later))
    account = accounts.filter(organization=instance).first()
    if account is not None:
        language = language_of(account)
        Account.objects.filter(pk=account.pk).update(buyer=buyer_in(language, account), language=language)
