"""How signing in by a provider behaves here. Wraps allauth's providers, and its sign-up without a password.

allauth speaks with the provider (state, PKCE, code, token); what an identity at a provider opens is decided here.
Which of allauth's internals stand where: docs/decisions/0011.
"""

import logging
from collections.abc import Mapping
from typing import Any, NoReturn, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.internal.flows.signup import complete_social_signup
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from requests import RequestException

from accounts.actions.accounts import claim_account
from accounts.actions.linked_accounts import Identity, create_linked_account, link_account
from accounts.entrance import addresses
from accounts.entrance.stages import note_identity
from accounts.models import User
from accounts.proof import PROOF_LASTS
from accounts.providers import identifying_providers, provider_name, proving_providers
from accounts.providers.proofs import note_return
from accounts.requests import VisitorRequest, actor_of
from audit.models import Event
from audit.recording import record
from console.attempts import attempt
from console.refusal import Refused
from console.text import one_line

logger = logging.getLogger(__name__)

LOGIN, LINK, PROOF = "login", "connect", "proof"
NAME_LENGTH = 120
# What allauth lets through when a provider is down, slow, or answers what it should not: not JSON, without a subject,
# with one that is too long.
BROKEN = (RequestException, ImproperlyConfigured, AttributeError, LookupError, TypeError, ValueError)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """What allauth asks of us on the way from a provider's answer to an account."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Those of the environment; none can be added to the database, and no query looks for one."""
        found: Mapping[str, list[SocialApp]] = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The first that fits: where two providers know us by the same name, the linked account says which it is."""
        apps = self.list_apps(request, provider=provider, client_id=client_id)
        if not apps:
            raise SocialApp.DoesNotExist
        return apps[0]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take from the provider's answer what is needed, and drop the rest: a name to show, one address, names."""
        answer = sociallogin.account.extra_data
        if sociallogin.provider.id == "openid_connect":
            _check_subject(answer)
        sociallogin.authenticated_at = (answer.get("id_token") or {}).get("auth_time")
        name = one_line(sociallogin.provider.wrap_account(sociallogin.account).to_str(), NAME_LENGTH)
        sociallogin.account.extra_data = {"name": name}
        for address in sociallogin.email_addresses:
            # A provider may write its booleans as text, and "false" is not empty.
            address.verified = address.verified is True or address.verified == "true"
            address.primary = bool(address.primary)
        best = sorted(sociallogin.email_addresses, key=lambda address: (address.verified, address.primary))[-1:]
        sociallogin.email_addresses = best
        email = best[0].email if best else ""
        return cast("User", super().populate_user(request, sociallogin, {**data, "email": email}))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link, or take for a proof, what was asked for that; a sign-in goes on."""
        # Not even in the session of somebody who has yet to give an address.
        sociallogin.token = None
        here = cast("VisitorRequest", request)
        process = sociallogin.state.get("process")
        if process == LINK:
            raise ImmediateHttpResponse(_link(here, sociallogin))
        if process == PROOF:
            raise ImmediateHttpResponse(_prove(here, sociallogin))

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Sign up with the provider's address; without one, no, so that allauth asks for it.

        allauth would go by any claim on the address; here only its owner counts (`accounts.models.User.owning`).
        """
        if not sociallogin.email_addresses:
            return False
        address = sociallogin.email_addresses[0]
        if address.verified:
            raise ImmediateHttpResponse(sign_up_verified(cast("VisitorRequest", request), sociallogin, address.email))
        raise ImmediateHttpResponse(sign_up(cast("VisitorRequest", request), sociallogin, address.email))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """Say on one page what went wrong, and how to go on."""
        state = (extra_context or {}).get("state") or {}
        if error == AuthError.CANCELLED:
            code = "cancelled"
        elif exception is None and not state:
            code = "expired"
        else:
            code = "failed"
            # The exception's message may hold what the provider has sent: a token, an address.
            reason = type(exception).__name__ if exception else error
            logger.warning("Signing in with %s failed: %s", provider.sub_id, reason)
        raise ImmediateHttpResponse(refuse(cast("VisitorRequest", request), provider.sub_id, code, state))


def set_out(
    request: VisitorRequest, provider_id: str, process: str, *, next_url: str = "", user: User | None = None
) -> HttpResponse:
    """Send the browser to a provider, for ``process`` (`LOGIN`, `LINK`, `PROOF`); the answer opens nothing else.

    ``next_url``: where to go after it, one of ours; ``user``: whom the answer must find still signed in.
    """
    provider = SocialAccountAdapter(request).get_provider(request, provider_id)
    data = {"user": str(user.pk)} if user else None
    try:
        answer = provider.redirect(
            request, process=process, next_url=next_url, data=data, auth_params=_wishes(provider.id, process)
        )
    except BROKEN as error:
        logger.warning("%s cannot be reached: %s", provider_id, type(error).__name__)
        return refuse(request, provider_id, "unreachable", {"process": process, "next": next_url})
    return cast("HttpResponse", answer)


def arrive(request: VisitorRequest, provider_id: str) -> HttpResponseBase:
    """Take what a provider sends the browser back with, whatever it is."""
    provider = SocialAccountAdapter(request).get_provider(request, provider_id)
    come_back = OAuth2CallbackView.adapter_view(provider.get_oauth2_adapter(request))
    try:
        return cast("HttpResponseBase", come_back(request))
    except BROKEN as error:
        # The exception's message may hold what the provider has sent: a token, an address.
        logger.warning("%s answered what nobody understands: %s", provider_id, type(error).__name__)
        return refuse(request, provider_id, "failed", {})


def sign_up(request: VisitorRequest, sociallogin: SocialLogin, email: str) -> HttpResponseBase:
    """Make an account with an address that the provider does not vouch for: our mail asks its owner.

    An address that belongs to an account gets the same answer, and its owner a mail (ATTACKS 9).
    """
    if addresses.is_proven(request, email):
        return sign_up_verified(request, sociallogin, email)
    try:
        user = _new_account(request, sociallogin, email, verified=False)
    except IntegrityError:
        # Made a moment ago, by somebody else or by a second click.
        user = None
        if not User.objects.owning(email).exists():
            return refuse(request, sociallogin.account.provider, "expired", sociallogin.state)
    if user is None:
        return cast("HttpResponseBase", prevent_enumeration(request, email=email))
    return _enter(request, sociallogin, user)


def sign_up_verified(request: VisitorRequest, sociallogin: SocialLogin, email: str) -> HttpResponseBase:
    """Make an account with an address that is known to be theirs, or take over one that only claimed it (ATTACKS 4).

    An account that owns the address is not opened: its owner signs in, and links the provider there. Only here one is
    told that there is such an account, having the mailbox.
    """
    try:
        user = _new_account(request, sociallogin, email, verified=True) or _claimed(request, sociallogin, email)
    except (IntegrityError, Refused):
        # Somebody was a moment faster.
        user = None
    addresses.forget_proof(request)
    if user is None:
        return refuse(request, sociallogin.account.provider, "address-taken", sociallogin.state)
    return _enter(request, sociallogin, user)


def refuse(request: VisitorRequest, provider: str, code: str, state: Mapping[str, Any]) -> HttpResponse:
    """Lead to the one page for whatever kept a provider from opening an account; written down.

    That page has an address of its own, so that neither a code nor a state stays in the browser's.
    """
    by = request.actor
    event = "account.provider_linked" if state.get("process") == LINK else "account.signed_in"
    record(
        event,
        by=by,
        subject_id=by.user_id,
        after={"provider": provider, "code": code},
        outcome=Event.Outcome.DENIED,
    )
    query = {"provider": provider, "reason": code, "next": state.get("next") or ""}
    return redirect(f"{reverse('socialaccount_login_error')}?{urlencode(query)}")


def _link(request: VisitorRequest, sociallogin: SocialLogin) -> HttpResponse:
    identity = _identity(sociallogin)
    if not _is_for(request, sociallogin):
        return refuse(request, identity.provider, "expired", sociallogin.state)
    done = _("Your account at %s is linked.") % provider_name(identity.provider)
    attempt(request, link_account, done, user=request.user, identity=identity, by=request.actor)
    return redirect("accounts:security")


def _prove(request: VisitorRequest, sociallogin: SocialLogin) -> HttpResponse:
    provider = sociallogin.account.provider
    if not _is_for(request, sociallogin):
        return refuse(request, provider, "expired", sociallogin.state)
    if sociallogin.account.user_id != request.user.pk:
        return refuse(request, provider, "somebody-else", sociallogin.state)
    if not identifying_providers(request.user) or not _is_recent(sociallogin.authenticated_at):
        return refuse(request, provider, "no-proof", sociallogin.state)
    # Beside a second factor it answers only where the first one is asked for (`accounts.access`).
    if proving_providers(request.user):
        note_identity(request, "socialaccount")
    note_return(request)
    return redirect("accounts:security_provider_proof")


def _is_recent(authenticated_at: object) -> bool:
    # Asked to ask again (`max_age`), a provider must say when it did (OpenID Connect Core 1.0, section 3.1.2.1). One
    # that says nothing may have let a session of its own do: that proves nothing (ASVS 6.8.4).
    if not isinstance(authenticated_at, int | float):
        return False
    return timezone.now().timestamp() - authenticated_at <= PROOF_LASTS.total_seconds()


def _is_for(request: VisitorRequest, sociallogin: SocialLogin) -> bool:
    # Whoever began is still there: a session may have changed hands in between.
    begun_by = (sociallogin.state.get("data") or {}).get("user")
    return request.user.is_authenticated and begun_by == str(request.user.pk)


def _new_account(request: VisitorRequest, sociallogin: SocialLogin, email: str, *, verified: bool) -> User | None:
    if User.objects.owning(email).exists():
        return None
    user: User = sociallogin.user
    user.email = email
    by = actor_of(request, user)
    return create_linked_account(user=user, identity=_identity(sociallogin), verified=verified, by=by)


@transaction.atomic
def _claimed(request: VisitorRequest, sociallogin: SocialLogin, email: str) -> User | None:
    suggested: User = sociallogin.user
    user = claim_account(email=email, password=None, by=request.actor)
    if user:
        link_account(user=user, identity=_identity(sociallogin), by=request.actor)
        user.first_name, user.last_name = suggested.first_name, suggested.last_name
        user.save(update_fields=["first_name", "last_name"])
    return user


def _enter(request: VisitorRequest, sociallogin: SocialLogin, user: User) -> HttpResponseBase:
    sociallogin.user = user
    return cast("HttpResponseBase", complete_social_signup(request, sociallogin))


def _identity(sociallogin: SocialLogin) -> Identity:
    account = sociallogin.account
    return Identity(provider=account.provider, uid=account.uid, name=account.extra_data.get("name", ""))


def _wishes(provider: str, process: str) -> dict[str, str]:
    """What the provider is asked to do: let people choose among their accounts there; for a proof, ask who they are."""
    if provider != "openid_connect":
        return {"prompt": "select_account"}
    return {"prompt": "login", "max_age": "0"} if process == PROOF else {}


def _check_subject(answer: Mapping[str, Any]) -> None:
    """Take no answer about somebody for an answer about somebody else (OpenID Connect Core 1.0, section 5.3.2)."""
    subject = (answer.get("id_token") or {}).get("sub")
    if not subject or not isinstance(subject, str) or (answer.get("userinfo") or answer["id_token"])["sub"] != subject:
        raise PermissionDenied
