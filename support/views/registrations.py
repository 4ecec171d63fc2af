"""Who of a customer has not registered yet, and reminding them (text 003: *finish setting up*)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from console.attempts import attempt
from console.pages import Order, paginate
from console.refusal import Refused
from console.text import one_line
from organizations import policies
from organizations.access import forbidden, requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import way_back
from outbox.suppression import suppressed_among
from support.actions.registrations import KIND, remind_everybody, remind_person, remindable
from support.models import Customer, CustomerPerson

ORDERS = {"email": Order("email"), "role": Order("role")}


@require_safe
@requires(Permission.VIEW_CUSTOMER_DATA)
def index(request: OrgRequest) -> HttpResponse:
    """Those whom the directory names and who have not come: search, pages."""
    customer = Customer.objects.filter(organization=request.organization).first()
    people = CustomerPerson.objects.filter(customer=customer).not_registered()
    term = one_line(request.GET.get("q", ""))
    page = paginate(people.matching(term) if term else people, request.GET, orders=ORDERS, default="email")
    ids = [person.pk for person in page.rows]
    ready = set(remindable(people, timezone.now()).filter(pk__in=ids).values_list("pk", flat=True))
    labels = {role.key: role.label for role in policies.current().roles}
    unwilling = suppressed_among([person.email for person in page.rows], KIND)
    rows = [
        {
            "person": person,
            "role_label": labels.get(person.role, person.role),
            "is_unwilling": person.email in unwilling,
            "is_ready": person.pk in ready and person.email not in unwilling,
        }
        for person in page.rows
    ]
    context = {"customer": customer, "page": page, "rows": rows, "q": term}
    return render(request, "support/registrations/index.html", context)


@require_POST
@requires(Permission.VIEW_CUSTOMER_DATA)
def remind(request: OrgRequest) -> HttpResponse:
    """Mail one of them (``person``), or everybody who can be reminded."""
    if not request.actor.can(Permission.INVITE_MEMBERS):
        return forbidden(request, Permission.INVITE_MEMBERS)
    back = way_back(request, reverse("support:registrations", args=[request.organization.slug]))
    person = request.POST.get("person", "")
    if person:
        arguments = {"organization": request.organization, "person_id": _id(person), "by": request.actor}
        attempt(request, remind_person, _("The reminder is queued; the mail leaves in a moment."), **arguments)
        return redirect(back)
    try:
        count = remind_everybody(organization=request.organization, by=request.actor)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, ngettext("%d person is reminded.", "%d people are reminded.", count) % count)
    return redirect(back)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
