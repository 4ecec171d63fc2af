"""Company, address and VAT number of an organization, or of a personal account (text 004)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.actions import edit_details
from organizations.forms.details import DetailsForm
from organizations.models import Details
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_BILLING_DETAILS, Permission.EDIT_SETTINGS)
def index(request: OrgRequest) -> HttpResponse:
    """The form, with the fields of the country: the one kept, the one in the address (``?country=``), or the one sent.

    Who sends another country than the one whose fields were shown gets the form again, with those of the new one and
    all that was typed; so it works without a script, and a script may send the form as soon as a country is chosen.
    """
    organization = request.organization
    details = Details.objects.filter(organization=organization).first()
    if request.method != "POST":
        form = DetailsForm(organization=organization, details=details, country=request.GET.get("country", ""))
        return _page(request, form, details)
    form = DetailsForm(request.POST, organization=organization, details=details)
    if form.asks_anew or request.htmx:
        return _page(
            request, DetailsForm(organization=organization, details=details, typed=request.POST.dict()), details
        )
    if form.run(edit_details, organization=organization, by=request.actor) is None:
        return _page(request, form, details)
    messages.success(request, _("The details are saved."))
    return redirect("organizations:settings_details", organization.slug)


def _page(request: OrgRequest, form: DetailsForm, details: Details | None) -> HttpResponse:
    return render(request, "organizations/settings/details.html", {"form": form, "details": details})
