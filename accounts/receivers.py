"""What accounts do when allauth says that something happened: record it, and tell the apps above.

The adapter calls what sends `email_confirmed` in a transaction; what has no row of its own to go with is written alone.
"""

from typing import Any

from allauth.account import signals as allauth_signals
from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import signals
from accounts.factors import has_second_factor
from accounts.models import Session, User
from accounts.proof import note_proof
from accounts.requests import actor_of
from accounts.sessions.browsers import note_browser
from accounts.sessions.engine import SessionStore
from audit.actors import NOWHERE, Actor
from audit.models import Event
from audit.recording import record
from console.origin import OriginRequest


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **_: Any) -> None:
    """A session's time begins; of too many, the one not used for longest makes room."""
    if isinstance(request.session, SessionStore):
        request.session.note_sign_in(getattr(request, "origin", NOWHERE))
    Session.objects.drop_surplus(user.pk)


@receiver(allauth_signals.user_logged_in)
def record_sign_in(request: OriginRequest, user: User, **_: Any) -> None:
    """Somebody is in."""
    if getattr(user, "otp_device", None) or not has_second_factor(user):
        note_proof(request)
    note_browser(request, user)
    record("account.signed_in", by=actor_of(request, user), subject_id=user.pk, target=user)
    signals.signed_in.send(sender=User, user=user, request=request)


@receiver(allauth_signals.email_confirmed)
def record_verification(request: OriginRequest, email_address: EmailAddress, **_: Any) -> None:
    """An address was proven."""
    user = email_address.user
    record("account.address_verified", by=actor_of(request, user), subject_id=user.pk, target=user)
    signals.address_verified.send(sender=User, user=user, email=email_address.email)


@receiver(user_logged_out)
def record_sign_out(request: OriginRequest, user: User | None, **_: Any) -> None:
    """Somebody has left."""
    if user:
        record("account.signed_out", by=actor_of(request, user), subject_id=user.pk, target=user)


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], request: OriginRequest | None = None, **_: Any) -> None:
    """A wrong password. Written for unknown addresses too: the time it takes must not tell them apart (ATTACKS 9)."""
    if request is None:
        return
    user = User.objects.owner_of(str(credentials.get("email", "")).strip())
    record(
        "account.signed_in",
        by=Actor.visitor(request.origin),
        subject_id=user.pk if user else None,
        outcome=Event.Outcome.DENIED,
    )
