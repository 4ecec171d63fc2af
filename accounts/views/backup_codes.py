"""Backup codes: shown once, when they are made."""

import json
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires_proof
from accounts.actions import renew_backup_codes
from accounts.models import BackupCodes
from accounts.models.backup_codes import FEW, shown
from accounts.requests import UserRequest
from console.refusal import Refused
from console.sealing import Unreadable, seal, unseal

# The session's key for codes that were just made and not shown yet, and how long they wait for that.
NEW = "new_backup_codes"
WAIT = timedelta(minutes=10)


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """The codes, right after they were made and never again; otherwise how many are left."""
    codes = _take(request)
    present = BackupCodes.objects.filter(user=request.user).first()
    context = {"codes": codes, "file": _file(request, codes), "present": present, "few": FEW}
    return render(request, "accounts/mfa/backup_codes.html", context)


@require_POST
@requires_proof
def renew(request: UserRequest) -> HttpResponse:
    """Make new ones; the former stop working."""
    try:
        _keep(request, renew_backup_codes(user=request.user, by=request.actor))
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("accounts:security_mfa")
    return redirect("accounts:security_backup_codes")


def after_enrolment(request: UserRequest) -> str:
    """Where to go after a factor was added: with the first one come backup codes, which are shown next."""
    if BackupCodes.objects.filter(user=request.user).exists():
        return reverse("accounts:security_mfa")
    _keep(request, renew_backup_codes(user=request.user, by=request.actor))
    return reverse("accounts:security_backup_codes")


def _keep(request: UserRequest, codes: list[str]) -> None:
    # Sealed: sessions are rows of the database.
    request.session[NEW] = seal(json.dumps(codes), purpose=_purpose(request))


def _take(request: UserRequest) -> list[str]:
    sealed = request.session.get(NEW)
    if not sealed or request.method != "GET":
        return []
    del request.session[NEW]
    try:
        codes: list[str] = json.loads(unseal(sealed, purpose=_purpose(request), within=WAIT))
    except Unreadable:
        return []
    return [shown(code) for code in codes]


def _purpose(request: UserRequest) -> str:
    return f"accounts.new-backup-codes {request.user.pk}"


def _file(request: UserRequest, codes: list[str]) -> str:
    """A text file of the codes as an address: to fetch it, nothing is asked of the server again."""
    title = _("Backup codes of %(email)s for %(brand)s") % {"email": request.user.email, "brand": settings.BRAND_NAME}
    note = _("Each works once. Keep them where only you find them.")
    text = "\r\n".join([title, settings.SITE_URL, note, "", *codes, ""])
    return f"data:text/plain;charset=utf-8,{quote(text)}"
