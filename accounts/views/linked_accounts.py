"""Linked accounts on the security page: link and unlink (text 002, section 2.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires_proof
from accounts.actions import unlink_account
from accounts.providers import is_offered, offered, provider_name
from accounts.providers.adapter import LINK, set_out
from accounts.requests import UserRequest
from console.attempts import attempt


@dataclass(frozen=True, kw_only=True)
class Row:
    """A provider, and the account there that is linked, if one is: what it is called, since when, when last used."""

    provider: str
    label: str
    is_offered: bool
    name: str = ""
    since: datetime | None = None
    last_used: datetime | None = None

    @property
    def is_linked(self) -> bool:
        """Whether an account is linked."""
        return self.since is not None


def card(request: UserRequest) -> dict[str, Any]:
    """What the card shows: each provider that is offered, and those of before that are linked still."""
    linked = {account.provider: account for account in SocialAccount.objects.filter(user=request.user).order_by("pk")}
    ids = [provider.id for provider in offered()]
    ids += [provider for provider in linked if provider not in ids]
    return {"linked_accounts": [_row(provider, linked.get(provider)) for provider in ids]}


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def link(request: UserRequest, provider_id: str) -> HttpResponse:
    """Go to the provider; who comes back from there is linked. A look leads back to the button (ATTACKS 6)."""
    if not is_offered(provider_id):
        raise Http404
    if request.method != "POST":
        return redirect("accounts:security")
    return set_out(request, provider_id, LINK, user=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def unlink(request: UserRequest, provider_id: str) -> HttpResponse:
    """Let the account at the provider open this one no more. A look leads back to the button."""
    if request.method != "POST":
        return redirect("accounts:security")
    done = _("Your account at %s is unlinked.") % provider_name(provider_id)
    attempt(request, unlink_account, done, user=request.user, provider=provider_id, by=request.actor)
    return redirect("accounts:security")


def _row(provider: str, account: SocialAccount | None) -> Row:
    return Row(
        provider=provider,
        label=provider_name(provider),
        is_offered=is_offered(provider),
        name=account.extra_data.get("name", "") if account else "",
        since=account.date_joined if account else None,
        last_used=account.last_login if account else None,
    )
