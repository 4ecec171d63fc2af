"""Who is told of an organization's money: whoever may pay there, each in their own language."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from django.urls import reverse

from accounts.actions.notifications import await_answer, settle
from accounts.models import User
from billing.models import Account
from organizations.letters import News, tell_news
from organizations.roles import Permission


class Notice(StrEnum):
    """What the bell tells of money (billing.notices); each of an account awaits somebody once at most."""

    LOW_FUNDS = "low_funds"
    PAYMENT_FAILED = "payment_failed"
    PAST_DUE = "past_due"


def payers(account: Account) -> list[User]:
    """Whom to tell of money: the first members by role who may pay; of a personal account, its person."""
    if account.organization is None:
        return []
    return account.organization.memberships.to_be_told(Permission.PAY)


def tell_payers(
    account: Account, *, kind: str, letter: Callable[[User], News], notice: Notice | None = None, address: str = ""
) -> int:
    """Tell whoever may pay, by mail, and behind the bell where there is a ``notice``; how many they are.

    ``kind`` names the letter in the outbox; ``letter(user)`` is called in that person's language and time zone;
    ``address``: the path that the notice leads to, else that of the overview. In the caller's transaction and lock.
    Of an organization that is over the mails still go out: what it paid or owes is its business; no page is there.
    """
    organization = account.organization
    if organization is None:
        return 0
    people = payers(account)
    for person in people:
        tell_news(person, organization, kind=kind, news=partial(letter, person))
    if notice is not None and not organization.is_closed:
        await_answer(
            people,
            kind=notice,
            target_id=account.pk,
            address=address or reverse("billing:overview", args=[organization.slug]),
            organization_id=organization.pk,
            names={"organization": "" if organization.is_personal else organization.name},
        )
    return len(people)


def settle_notice(account: Account, notice: Notice) -> None:
    """End what awaits whoever may pay: it has been seen to. Safe to call twice."""
    settle(notice, account.pk)
