"""Setting an authenticator app up: the key as a QR code and to type, confirmed with a code (RFC 6238)."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from accounts.access import requires_proof
from accounts.actions import add_authenticator
from accounts.entrance.stages import note_factor
from accounts.forms.authenticators import AuthenticatorForm
from accounts.models.authenticator import DIGITS, SECONDS, new_secret
from accounts.requests import UserRequest
from accounts.views.backup_codes import after_enrolment
from console.sealing import Unreadable, seal, unseal

# The session's key for the secret of an app that is not confirmed yet, and how long it waits.
NEW = "new_authenticator"
WAITS = timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def create(request: UserRequest) -> HttpResponse:
    """Show a key; add the app once it shows the code that belongs to it. A reload shows the same key."""
    secret = _secret(request)
    form = AuthenticatorForm(request.POST or None)
    if app := form.run(add_authenticator, user=request.user, secret=secret, by=request.actor):
        request.session.pop(NEW, None)
        note_factor(request, app)
        messages.success(request, _("%s is set up. You are asked for a code of it when you sign in.") % app.name)
        return redirect(after_enrolment(request))
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"form": form, "secret": secret, "shown_secret": groups, "qr_code": _qr_code(request, secret)}
    return render(request, "accounts/mfa/authenticator_new.html", context)


def _secret(request: UserRequest) -> str:
    purpose = f"accounts.new-authenticator {request.user.pk}"
    try:
        return unseal(request.session.get(NEW, ""), purpose=purpose, within=WAITS)
    except Unreadable:
        secret = new_secret()
        request.session[NEW] = seal(secret, purpose=purpose)
        return secret


def _qr_code(request: UserRequest, secret: str) -> Markup:
    """The key as a picture; with a light margin, since cameras need one in the dark theme too."""
    label = quote(f"{settings.BRAND_NAME}:{request.user.email}")
    parameters = {"secret": secret, "issuer": settings.BRAND_NAME, "algorithm": "SHA1"}
    query = urlencode({**parameters, "digits": DIGITS, "period": SECONDS}, quote_via=quote)
    drawn = segno.make(f"otpauth://totp/{label}?{query}", error="m", micro=False).svg_inline(
        border=4,
        dark="#000",
        light="#fff",
        svgclass="qr-code",
        lineclass=None,
        omitsize=True,
        title=_("QR code of the key. If you cannot scan it, type the key below into the app."),
    )
    return Markup(drawn)  # noqa: S704  drawn by segno, which escapes the title
