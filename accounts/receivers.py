"""What accounts do when allauth says that something happened: record it, and tell the apps above."""

from typing import Any

from allauth.account import signals as allauth_signals
from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver

from accounts import signals
from accounts.models import User
from audit.actors import Actor, ActorKind
from audit.models import Event
from audit.recording import record
from console.origin import OriginRequest


def _actor(request: OriginRequest, user: User) -> Actor:
    return Actor(kind=ActorKind.USER, user=user, origin=request.origin)


@receiver(allauth_signals.user_signed_up)
def record_sign_up(request: OriginRequest, user: User, **_: Any) -> None:
    """A new account."""
    record("account.created", by=_actor(request, user), subject_id=user.pk, target=user)


@receiver(allauth_signals.user_logged_in)
def record_sign_in(request: OriginRequest, user: User, **_: Any) -> None:
    """Somebody is in."""
    record("account.signed_in", by=_actor(request, user), subject_id=user.pk, target=user)
    signals.signed_in.send(sender=User, user=user, request=request)


@receiver(allauth_signals.email_confirmed)
def record_verification(request: OriginRequest, email_address: EmailAddress, **_: Any) -> None:
    """An address was proven."""
    user = email_address.user
    record("account.address_verified", by=_actor(request, user), subject_id=user.pk, target=user)
    signals.address_verified.send(sender=User, user=user, email=email_address.email)


@receiver([allauth_signals.password_reset, allauth_signals.password_changed, allauth_signals.password_set])
def record_new_password(request: OriginRequest, user: User, **_: Any) -> None:
    """A new password."""
    record("account.password_changed", by=_actor(request, user), subject_id=user.pk, target=user)


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], request: OriginRequest | None = None, **_: Any) -> None:
    """A wrong password. Written for unknown addresses too: the time it takes must not tell them apart (ATTACKS 9)."""
    if request is None:
        return
    user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
    record(
        "account.signed_in",
        by=Actor.visitor(request.origin),
        subject_id=user.pk if user else None,
        outcome=Event.Outcome.DENIED,
    )
