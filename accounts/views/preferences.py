"""The preferences page of the profile (text 002, section 1)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import rename_user
from accounts.forms.preferences import NameForm
from accounts.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: UserRequest) -> HttpResponse:
    """Contact information of the signed-in user (text 002, section 1)."""
    user = request.user
    form = NameForm(request.POST or None, initial={"first_name": user.first_name, "last_name": user.last_name})
    if form.run(rename_user, user=user, by=request.actor):
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:preferences")
    return render(request, "accounts/preferences.html", {"form": form})
