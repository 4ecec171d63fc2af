"""An organization's rules for security: a second factor for its members, the age of their sessions."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof_to_change
from console.attempts import attempt
from console.dates import date
from console.fragments import render_fragment
from console.pages import Order, paginate
from organizations import policies
from organizations.access import requires
from organizations.actions.security import (
    change_second_factor,
    release_second_factor,
    require_second_factor,
    set_session_age,
)
from organizations.forms.security import FactorRuleForm, PhoneRuleForm, SessionAgeForm
from organizations.models import Organization
from organizations.models.counting import COUNTED, counted
from organizations.models.security import has_counted_factor, is_closed_to_those_without, without_factor
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask


@require_safe
@requires(Permission.MANAGE_SECURITY)
def show(request: OrgRequest) -> HttpResponse:
    """The rules as they are, and what can be made of them."""
    return _page(request, SessionAgeForm(organization=request.organization))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_SECURITY)
@requires_proof_to_change
def factor(request: OrgRequest) -> HttpResponse:
    """Who would be without a factor that counts, before the rule is set or changed; and the POST that does it."""
    organization = request.organization
    form = _rule_form(request)
    if request.method == "POST":
        return _set_rule(request, form)
    if not form.is_valid():
        if organization.second_factor_from is None:
            return redirect(_rules_page(request))
        return _preview(request, organization, None)
    planned = copy(organization)
    planned.phone_is_second_factor = form.arguments()["phone_counts"]
    return _preview(request, planned, form)


def _rule_form(request: OrgRequest) -> PhoneRuleForm:
    # A form that asks for one says for how long: where somebody was quicker, its sender hears of it.
    asks = request.organization.second_factor_from is None or "grace_days" in request.POST
    form = FactorRuleForm if asks else PhoneRuleForm
    return form(request.POST if request.method == "POST" else request.GET, organization=request.organization)


def _set_rule(request: OrgRequest, form: PhoneRuleForm) -> HttpResponse:
    organization = request.organization
    action = require_second_factor if isinstance(form, FactorRuleForm) else change_second_factor
    decided: Organization | None = form.run(action, organization=organization, by=request.actor)
    if decided is None:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif decided.second_factor_from and not is_closed_to_those_without(decided):
        done = _("Members have until %s to set up a second factor. Those without get a mail.")
        messages.success(request, done % date(decided.second_factor_from))
    else:
        messages.success(request, _("%s is open only to members with a second factor now.") % organization.name)
    return redirect(_rules_page(request))


def _preview(request: OrgRequest, planned: Organization, form: PhoneRuleForm | None) -> HttpResponse:
    """The members whom ``planned`` would keep out, page by page; with ``form``, the button that decides it.

    Who may not see the members is told how many.
    """
    members = without_factor(planned)
    count = counted(members)
    if term := request.GET.get("q", "").strip():
        members = members.matching(term)
    columns = ["id", "user_id", "sort_name", "user__first_name", "user__last_name", "user__email", "user__picture"]
    page = paginate(members.values(*columns), request.GET, orders={"name": Order("sort_name")}, default="name")
    context: dict[str, Any] = {
        "form": form,
        "planned": planned,
        # What the address says of the plan, for the forms of this page.
        "carried": {name: request.GET[name] for name in form.fields if name in request.GET} if form else {},
        "is_in_force": is_closed_to_those_without(planned),
        "has_own_factor": has_counted_factor(request.user, planned),
        "page": page,
        "count": count,
        "counted": COUNTED,
        "q": term,
    }
    page_template, fragment = "organizations/security/factor.html", "organizations/security/_without.html"
    return render_fragment(request, page_template, fragment, "without", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_SECURITY)
@requires_proof_to_change
def release(request: OrgRequest) -> HttpResponse:
    """Ask for no second factor any more: the question, and the POST that does it."""
    organization = request.organization
    if request.method == "POST":
        done = _("Members need no second factor any more.")
        attempt(request, release_second_factor, done, organization=organization, by=request.actor)
        return redirect(_rules_page(request))
    question = Question(
        title=_("Ask for no second factor any more?"),
        text=_("Members without one can work in %(name)s again. A mail says so to everybody with the role %(role)s.")
        % {"name": organization.name, "role": policies.current().founder.label},
        submit=_("Switch the rule off"),
        cancel=_("Cancel"),
        back=_rules_page(request),
    )
    return ask(request, question)


@require_POST
@requires(Permission.MANAGE_SECURITY)
@requires_proof_to_change
def sessions(request: OrgRequest) -> HttpResponse:
    """Set after which time members are asked again who they are."""
    form = SessionAgeForm(request.POST, organization=request.organization)
    if form.run(set_session_age, organization=request.organization, by=request.actor):
        messages.success(request, _("The rules are saved."))
        return redirect(_rules_page(request))
    return _page(request, form)


def _page(request: OrgRequest, session_form: SessionAgeForm) -> HttpResponse:
    organization = request.organization
    is_required = organization.second_factor_from is not None
    form = (PhoneRuleForm if is_required else FactorRuleForm)(organization=organization)
    context: dict[str, Any] = {
        "factor_form": form,
        "session_form": session_form,
        "is_required": is_required,
        "is_in_force": is_closed_to_those_without(organization),
        "has_own_factor": has_counted_factor(request.user, organization),
    }
    if is_required:
        context |= {"without": counted(without_factor(organization)), "counted": COUNTED}
    return render(request, "organizations/security/index.html", context)


def _rules_page(request: OrgRequest) -> str:
    return reverse("organizations:settings_security", args=[request.organization.slug])
