"""Forgetting who was written to, and about whom, when their account ends (GDPR, article 17)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Replace
from django.utils.html import escape

from outbox.models import Mail, TextMessage

# Stands where an address or a name was.
FORGOTTEN = "…"
# The kind of the mail that tells a person that the account is gone: the only one that leaves afterwards.
FAREWELL = "account-closed"

State = Mail.State


def forget_recipient(addresses: Collection[str]) -> None:
    """Withdraw the mails that wait for the person's own ``addresses``, and forget to whom and of what the others were.

    One that is being sent at this moment may still leave.
    """
    _forget(Mail.objects.filter(to__in=addresses))


def forget_claims(addresses: Collection[str]) -> None:
    """Forget that this console has written to ``addresses`` that an account claimed and never proved.

    They may be somebody else's: what waits for them leaves, and what organizations wrote to them stays.
    """
    _forget(Mail.objects.filter(to__in=addresses, organization_id=None).exclude(state=State.WAITING))


def forget_numbers(account_id: UUID) -> None:
    """Remove the text messages that concerned an account."""
    TextMessage.objects.filter(account_id=account_id).delete()


def forget_mentions(texts: Collection[str], organization_ids: Collection[UUID]) -> None:
    """Take a person's name and addresses out of what was written to others on behalf of these organizations.

    Of these only, so that nobody takes words out of other people's mail by choosing a name; and not out of what still
    waits, which must be readable.
    """
    for text in filter(None, texts):
        mails = Mail.objects.filter(organization_id__in=organization_ids).exclude(state=State.WAITING)
        found = mails.filter(Q(subject__contains=text) | Q(text__contains=text) | Q(html__contains=escape(text)))
        found.update(
            subject=Replace("subject", Value(text), Value(FORGOTTEN)),
            text=Replace("text", Value(text), Value(FORGOTTEN)),
            html=Replace("html", Value(escape(text)), Value(FORGOTTEN)),
        )


def forget_farewells() -> None:
    """Forget the last mails to people whose accounts are gone, once they have left or cannot."""
    _forget(Mail.objects.filter(kind=FAREWELL).exclude(Q(state=State.WAITING) | Q(to=FORGOTTEN)))


def _forget(mails: QuerySet[Mail]) -> None:
    withdrawn = When(state=State.WAITING, then=Value(State.WITHDRAWN))
    mails.update(
        state=Case(withdrawn, default=F("state")), to=FORGOTTEN, subject="", text="", html="", headers={}, last_error=""
    )
