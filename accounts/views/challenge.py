"""The second step of a sign-in: the only page that a half signed-in session opens."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.entrance.stages import HalfSignedInRequest, half_signed_in
from accounts.factors import BACKUP_CODES
from accounts.forms.factor import FactorForm
from accounts.models import BackupCodes
from accounts.models.backup_codes import FEW
from accounts.requests import actor_of
from accounts.sessions.browsers import trust


@require_http_methods(["GET", "HEAD", "POST"])
@half_signed_in
def second_factor(request: HalfSignedInRequest) -> HttpResponse:
    """Ask for the second factor; sign in with it (ATTACKS 10 to 14)."""
    user = request.half_user
    by = actor_of(request, user)
    form = FactorForm.of(request, user, by)
    if form.proven is None:
        return render(request, "accounts/second_factor.html", {"form": form})
    if request.POST.get("trust"):
        trust(request, user, by)
    response = request.stage.complete(form.proven)
    if form.kind is BACKUP_CODES:
        _warn_of_few(request, form.proven)
    return response


def _warn_of_few(request: HalfSignedInRequest, codes: BackupCodes) -> None:
    left = codes.left
    if left <= FEW:
        text = ngettext(
            "%d backup code is left. Make new ones under Security.",
            "%d backup codes are left. Make new ones under Security.",
            left,
        )
        messages.warning(request, text % left)
