"""Cards that are kept, and when the funds are topped up with one by themselves."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import gateways
from billing.actions.payments import make_default, remove_method, start_setup, usable_methods
from billing.actions.refills import change_refill, default_method
from billing.forms.payments import RefillForm, new_token, read_token
from billing.models import Account, PaymentMethod
from billing.views.payments import go_on
from console.attempts import attempt
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask


@require_safe
@requires(Permission.VIEW_BILLING)
def index(request: OrgRequest) -> HttpResponse:
    """The cards."""
    account = Account.objects.of(request.organization)
    context = {"methods": usable_methods(account), "token": new_token(), "gateway": gateways.current()}
    return render(request, "billing/methods.html", context)


@require_POST
@requires(Permission.PAY)
def create(request: OrgRequest) -> HttpResponse:
    """Keep a card: it is typed at the gateway, and nothing is paid."""
    try:
        setup = start_setup(
            organization=request.organization, token=read_token(request.POST.get("token", "")), by=request.actor
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("billing:methods", request.organization.slug)
    return go_on(request, setup)


@require_POST
@requires(Permission.PAY)
def default(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Make automatic payments with this card."""
    method = _method_of(request, pk)
    attempt(request, make_default, _("%s is the default card now.") % method, method=method, by=request.actor)
    return redirect("billing:methods", request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY)
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Ask, and then use a card no more."""
    method = _method_of(request, pk)
    if request.method == "POST":
        attempt(request, remove_method, _("%s is removed.") % method, method=method, by=request.actor)
        return redirect("billing:methods", request.organization.slug)
    return ask(request, _question(request, method))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY)
def refill(request: OrgRequest) -> HttpResponse:
    """Say when the funds are topped up by themselves, and when who pays is told that they are low."""
    account = Account.objects.of(request.organization)
    form = RefillForm(request.POST or None, account=account)
    if form.run(change_refill, organization=request.organization, by=request.actor):
        messages.success(request, _("Saved."))
        return redirect("billing:refill", request.organization.slug)
    context = {"form": form, "account": account, "method": default_method(account), "token": new_token()}
    return render(request, "billing/refill.html", context)


def _method_of(request: OrgRequest, pk: UUID) -> PaymentMethod:
    methods = PaymentMethod.objects.filter(account=request.organization.pk).select_related("account__organization")
    return get_object_or_404(methods.kept(), pk=pk)


def _question(request: OrgRequest, method: PaymentMethod) -> Question:
    account = method.account
    text = _("The payment company forgets it, too. What was paid with it stays as it is.")
    if method.is_default and account.refill_below is not None:
        text += " " + _(
            "The funds are topped up with it: from then on with another card, or not at all if there is none."
        )
    return Question(
        title=_("Remove %s?") % method,
        text=text,
        submit=_("Remove card"),
        cancel=_("Keep it"),
        back=reverse("billing:methods", args=[request.organization.slug]),
    )
