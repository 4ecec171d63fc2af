"""The second step of each sign-in. Wraps allauth's stages, `perform_login` and `record_authentication`.

allauth leads everybody who is about to be signed in, by whatever means, through the stages that the adapter names.
Until the last one is through the session belongs to nobody, so that it opens no page but this step's own (ATTACKS 10,
14). Which of allauth's internals stand where: docs/decisions/0011.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django_otp import login as verify_session
from django_otp.models import Device

from accounts.factors import has_second_factor, kind_of
from accounts.models import User
from accounts.proof import note_proof
from accounts.sessions.browsers import is_trusted
from console.origin import OriginRequest

PAGE = "account_second_factor"

# What the step remembers of the password that was given: changing it ends the sign-ins that wait.
PASSWORD = "password"  # noqa: S105 -- a key, not a password


class SecondFactorStage(LoginStage):
    """Asks for the second factor, after the address was verified; who has none, or trusts this browser, is through."""

    key = "second_factor"
    urlname = PAGE

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Decide whether to ask; allauth's contract: a response, and whether the sign-in may go on after it."""
        user = cast("User | None", self.login.user)
        if user is None or getattr(user, "otp_device", None) or not has_second_factor(user):
            return None, True
        if is_trusted(self.request, user):
            return None, True
        self.state[PASSWORD] = user.get_session_auth_hash()
        # Who knew the session before it was half signed in must not find it half signed in (ATTACKS 15).
        self.request.session.cycle_key()
        return redirect(PAGE), True

    @property
    def is_valid(self) -> bool:
        """Whether the account still is as it was when the first factor was given."""
        user = cast("User | None", self.login.user)
        if user is None or not user.is_active or not has_second_factor(user):
            return False
        return constant_time_compare(self.state.get(PASSWORD, ""), user.get_session_auth_hash())

    def complete(self, factor: Device) -> HttpResponse:
        """Sign in, with the factor that was proven."""
        self.login.user.otp_device = factor
        record_authentication(self.request, self.login.user, method=kind_of(factor).key)
        return cast("HttpResponse", self.exit())


class HalfSignedInRequest(OriginRequest):
    """A request of somebody who has given the first factor, and not yet the second."""

    stage: SecondFactorStage
    half_user: User


type View[**P] = Callable[Concatenate[HalfSignedInRequest, P], HttpResponse]


def half_signed_in[**P](view: View[P]) -> Callable[..., HttpResponse]:
    """Answer only who has given the first factor in this session, at most a quarter of an hour ago, and waits for this.

    Others go where they belong: who is signed in to the start, anybody else to the sign-in.
    """

    @never_cache
    @wraps(view)
    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("/")
        stage = LoginStageController.enter(request, SecondFactorStage.key)
        if stage is None:
            return redirect("account_login")
        if not stage.is_valid:
            clear_login(request)
            return redirect("account_login")
        half = cast("HalfSignedInRequest", request)
        half.stage, half.half_user = stage, stage.login.user
        return view(half, *args, **kwargs)

    return enter


def sign_in_with_both(request: HttpRequest, factor: Device) -> HttpResponse:
    """Sign in whose factor this is, which stands for both: through the steps of every sign-in, less the second one.

    What somebody else may have begun in this session is forgotten.
    """
    clear_login(request)
    user = factor.user
    user.otp_device = factor
    record_authentication(request, user, method=kind_of(factor).key)
    return cast("HttpResponse", perform_login(request, Login(user=user, redirect_url=get_next_redirect_url(request))))


def sign_in_page(request: HttpRequest) -> str:
    """The address of the page to sign in, which goes on to where this request would."""
    return str(passthrough_next_redirect_url(request, reverse("account_login"), "next"))


def note_factor(request: OriginRequest, factor: Device) -> None:
    """Remember in a session that is signed in which factor was proven a moment ago: at step-up, and at enrolment."""
    verify_session(request, factor)
    note_identity(request, kind_of(factor).key)


def note_identity(request: OriginRequest, method: str) -> None:
    """Remember how whoever is signed in has proven once more who they are; the session goes on under a new key."""
    request.session.cycle_key()
    record_authentication(request, request.user, method=method, reauthenticated=True)
    note_proof(request)
