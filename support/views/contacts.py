"""The contacts of an organization: its own people, whom we ask, and ours, whom it asks."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import paginate
from organizations.access import forbidden, requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask
from support.actions.contacts import add_contact, change_contact, remove_contact
from support.contact_rows import ORDERS, Selection
from support.forms.contacts import ContactForm
from support.models import Contact, Side

type View[**P] = Callable[Concatenate[OrgRequest, P], HttpResponse]

# The company's people for one customer are few; more than that, nobody reads.
OURS = 50


def requires_editor[**P](view: View[P]) -> View[P]:
    """Answer 403 to who may see contacts, and not set them: they are settings of the organization."""

    @wraps(view)
    def checked(request: OrgRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        may = request.actor.can(Permission.EDIT_SETTINGS)
        return view(request, *args, **kwargs) if may else forbidden(request, Permission.EDIT_SETTINGS)

    return checked


@require_safe
@requires(Permission.VIEW_CUSTOMER_DATA)
def index(request: OrgRequest) -> HttpResponse:
    """Our people for the organization, and its own: search, pages."""
    selection = Selection.of(request.organization, request.GET)
    page = paginate(selection.contacts, request.GET, orders=ORDERS, default="name")
    ours = Contact.objects.filter(organization=request.organization, side=Side.COMPANY).order_by("name", "id")
    context = {
        "q": selection.q,
        "page": page,
        "ours": list(ours[:OURS]),
        "is_empty": not page.rows and not selection.q,
    }
    return render_fragment(request, "support/contacts/index.html", "support/contacts/_list.html", "contacts", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_CUSTOMER_DATA)
@requires_editor
def create(request: OrgRequest) -> HttpResponse:
    """Add somebody of the organization."""
    form = ContactForm(request.POST or None)
    if contact := form.run(add_contact, organization=request.organization, by=request.actor):
        messages.success(request, _("%s is a contact now.") % contact.name)
        return redirect(_page(request))
    return render(request, "support/contacts/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_CUSTOMER_DATA)
@requires_editor
def edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Change what is known of somebody of the organization."""
    contact = _own(request, pk)
    form = ContactForm(request.POST or None, contact=contact)
    if form.run(change_contact, contact=contact, by=request.actor):
        messages.success(request, _("The contact is saved."))
        return redirect(_page(request))
    return render(request, "support/contacts/edit.html", {"form": form, "contact": contact})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_CUSTOMER_DATA)
@requires_editor
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove somebody of the organization from its contacts: the question, and the POST that does it."""
    contact = _own(request, pk)
    if request.method == "POST":
        attempt(request, remove_contact, _("The contact is removed."), contact=contact, by=request.actor)
        return redirect(_page(request))
    question = Question(
        title=_("Remove %s from the contacts?") % contact.name,
        text=_("We no longer turn to them. Who is a member stays one."),
        submit=_("Remove"),
        cancel=_("Cancel"),
        back=_page(request),
    )
    return ask(request, question)


def _own(request: OrgRequest, pk: UUID) -> Contact:
    """The contact of that id, if it is one of the organization's people; raises Http404."""
    contact = get_object_or_404(Contact, pk=pk, organization=request.organization)
    if contact.side != Side.CUSTOMER:
        raise Http404
    contact.organization = request.organization
    return contact


def _page(request: OrgRequest) -> str:
    return reverse("support:contacts", args=[request.organization.slug])
