"""Which browser is asking: one in which the user has signed in before, perhaps one that they trust.

A browser keeps a random value in a cookie, for all its users; a row for each user keeps the value's digest. The cookie
alone is worth nothing: it says only that a user who has just given their password has given it here before. The
value is new with each new user of the browser and each time that one begins to trust it, so that a cookie that
somebody has planted before is not the one that is trusted.

What is written here is written with the request at hand: rows and the cookie get one new value, and actions know no
cookies. What needs none (ending trust, forgetting browsers) stands in `accounts.actions.browsers`.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.letters.notices import notify
from accounts.models import Browser, User
from accounts.requests import actor_of
from accounts.sessions.devices import device_name
from accounts.sessions.places import place_of
from audit.actors import Actor
from audit.recording import record
from console.origin import Origin, OriginRequest

COOKIE = "browser"
COOKIE_LASTS = timedelta(days=365)
TRUST_LASTS = timedelta(days=30)
# Of one user. Whoever signs in more often with an empty browser loses the one not seen for longest.
KEPT = 50

# Where a request keeps the value that its response will set.
_GIVEN = "given_browser_cookie"


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether the user has signed in with this browser before."""
    return _found(request, user).exists()


def is_trusted(request: HttpRequest, user: User) -> bool:
    """Whether the user, whose password was just given, need not give a second factor in this browser."""
    return _found(request, user).filter(trusted_until__gt=timezone.now()).exists()


@transaction.atomic
def note_browser(request: OriginRequest, user: User) -> Browser:
    """Remember at a sign-in that the user was here; tell them of a browser that is new for the account (ASVS 6.3.5).

    Not of the first one, in which they have signed up.
    """
    browser = _found(request, user).first()
    if browser is None:
        return _welcome(request, user)
    _set(request, _value(request))
    return _seen(browser, request.origin)


@transaction.atomic
def trust(request: OriginRequest, user: User, by: Actor) -> Browser:
    """Ask for no second factor in this browser for `TRUST_LASTS`. To be called once the second factor was right."""
    browser = note_browser(request, user)
    browser.digest = _renewed(request)
    browser.trusted_until = timezone.now() + TRUST_LASTS
    browser.save(update_fields=["digest", "trusted_until"])
    record("account.browser_trusted", by=by, subject_id=user.pk, target=browser)
    return browser


def forget_trust(user: User) -> int:
    """Ask for the second factor in every browser again: after a reset, another password, other factors.

    How many browsers were trusted.
    """
    return Browser.objects.trusted_by(user.pk).update(trusted_until=None)


def set_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser the value that this request has made for it, or for a year more the one that it has."""
    if value := getattr(request, _GIVEN, ""):
        response.set_cookie(
            COOKIE,
            value,
            max_age=COOKIE_LASTS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _welcome(request: OriginRequest, user: User) -> Browser:
    is_first = not Browser.objects.filter(user=user).exists()
    browser = Browser.objects.create(
        user=user, digest=_renewed(request), device=request.origin.device, address=request.origin.address or None
    )
    if not is_first:
        _drop_oldest(user.pk)
        notify(user, lambda: _new_sign_in(request.origin), kind="new-device", by=actor_of(request, user))
    return browser


def _new_sign_in(origin: Origin) -> tuple[str, str]:
    device, place = device_name(origin.device), place_of(origin.address)
    if place:
        sentence = _("Somebody signed in to your account with %(device)s, near %(place)s.")
        return _("New sign-in from %s") % device, sentence % {"device": device, "place": place}
    return _("New sign-in from %s") % device, _("Somebody signed in to your account with %s.") % device


def _seen(browser: Browser, origin: Origin) -> Browser:
    browser.last_seen_at = timezone.now()
    browser.device, browser.address = origin.device, origin.address or None
    browser.save(update_fields=["last_seen_at", "device", "address"])
    return browser


def _drop_oldest(user_id: UUID) -> None:
    kept = Browser.objects.filter(user_id=user_id).order_by("-last_seen_at", "-id").values_list("pk", flat=True)
    Browser.objects.filter(pk__in=list(kept[KEPT:])).delete()


def _found(request: HttpRequest, user: User) -> QuerySet[Browser]:
    value = _value(request)
    return Browser.objects.filter(user=user, digest__in=_digests(value)) if value else Browser.objects.none()


def _value(request: HttpRequest) -> str:
    return str(getattr(request, _GIVEN, "") or request.COOKIES.get(COOKIE, ""))


def _renewed(request: HttpRequest) -> str:
    """Give the browser a new value; its digest. The other users of the browser come along."""
    former, value = _value(request), secrets.token_urlsafe(32)
    digest = _digests(value)[0]
    if former:
        Browser.objects.filter(digest__in=_digests(former)).update(digest=digest)
    _set(request, value)
    return digest


def _set(request: HttpRequest, value: str) -> None:
    setattr(request, _GIVEN, value)


def _digests(value: str) -> list[str]:
    """The digest under the present key, then those under former ones that still count."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac("accounts.browser", value, secret=key, algorithm="sha256").hexdigest() for key in keys]
