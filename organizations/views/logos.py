"""The logo of an organization: the forms of the settings, and the picture itself."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.pictures import SIZES, open_picture
from console.attempts import attempt
from organizations.actions import change_logo, remove_logo
from organizations.actions.logos import LOGOS
from organizations.forms.organizations import LogoForm
from organizations.requests import OrgRequest
from organizations.views.settings import back_to, card, show

# A logo never changes under its name.
KEPT = "public, max-age=31536000, immutable"


@card
def change(request: OrgRequest) -> HttpResponse:
    """A new logo."""
    form = LogoForm(request.POST, request.FILES)
    if form.run(change_logo, organization=request.organization, by=request.actor) is None:
        return show(request, logo=form)
    messages.success(request, _("The logo is saved."))
    return back_to(request, "logo")


@card
def removal(request: OrgRequest) -> HttpResponse:
    """No logo any more."""
    attempt(request, remove_logo, _("The logo is removed."), organization=request.organization, by=request.actor)
    return back_to(request, "logo")


@require_safe
def picture(request: HttpRequest, name: UUID, size: int) -> HttpResponse:
    """One drawing of a logo; only its random name leads to it, also who is invited and not signed in."""
    if size not in SIZES:
        raise Http404
    try:
        with open_picture(name, size, LOGOS) as file:
            return HttpResponse(file.read(), content_type="image/webp", headers={"Cache-Control": KEPT})
    except FileNotFoundError:
        raise Http404 from None
