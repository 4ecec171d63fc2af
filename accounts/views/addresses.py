"""The e-mail addresses of the signed-in user, and the link that takes a change of the primary one back."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof
from accounts.actions import add_address, make_primary, remove_address, send_verification, undo_address_change
from accounts.actions.addresses import KEPT
from accounts.forms.addresses import AddressForm
from accounts.models import AddressChange
from accounts.requests import UserRequest, actor_of
from audit.actors import Actor
from console.attempts import attempt
from console.origin import OriginRequest
from console.refusal import Refused


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """The addresses, the primary one first, and what can be done with each."""
    return _page(request, AddressForm())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: UserRequest) -> HttpResponse:
    """Add an address; the answer is the same whosever it is (ATTACKS 9)."""
    return _add(request) if request.method == "POST" else _page(request, AddressForm())


# Whoever has the mailbox of a verified address can choose a new password: a page left open is not enough.
@requires_proof
def _add(request: UserRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if address := form.run(add_address, user=request.user, by=request.actor):
        messages.success(
            request, _("A mail to %s is on its way. Open its link in this browser to verify the address.") % address
        )
        return redirect("accounts:preferences_addresses")
    return _page(request, form)


@require_POST
@login_required
def verification(request: UserRequest) -> HttpResponse:
    """Send the mail that verifies an address again."""
    email = _email(request)
    attempt(
        request,
        send_verification,
        _("A mail to %s is on its way.") % email,
        user=request.user,
        email=email,
        by=request.actor,
    )
    return redirect("accounts:preferences_addresses")


# Whoever answers the question for a proof too late comes back by GET.
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def primary(request: UserRequest) -> HttpResponse:
    """Make an address the primary one."""
    return _make_primary(request) if request.method == "POST" else redirect("accounts:preferences_addresses")


@requires_proof
def _make_primary(request: UserRequest) -> HttpResponse:
    email = _email(request)
    attempt(
        request,
        make_primary,
        _("%s is your primary address now.") % email,
        user=request.user,
        email=email,
        by=request.actor,
    )
    return redirect("accounts:preferences_addresses")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def removal(request: UserRequest) -> HttpResponse:
    """Remove an address."""
    return _remove(request) if request.method == "POST" else redirect("accounts:preferences_addresses")


@requires_proof
def _remove(request: UserRequest) -> HttpResponse:
    email = _email(request)
    attempt(request, remove_address, _("%s is removed.") % email, user=request.user, email=email, by=request.actor)
    return redirect("accounts:preferences_addresses")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: OriginRequest, token: str) -> HttpResponse:
    """Take a change of the primary address back, by the link mailed to the former one: no sign-in is needed for it.

    Looking at the link changes nothing.
    """
    found = AddressChange.objects.by_token(token)
    if found is None or not found.is_open:
        return render(request, "accounts/addresses/change.html", {"change": None}, status=410)
    error = ""
    if request.method == "POST":
        by = _actor(request, found)
        try:
            undo_address_change(change=found, by=by)
        except Refused as refusal:
            error = refusal.messages[0]
        else:
            if by.user:
                # This session has ended, too: its page saves nothing into it.
                logout(request)
            return render(request, "accounts/addresses/restored.html", {"email": found.before})
    return render(request, "accounts/addresses/change.html", {"change": found, "error": error})


def _page(request: UserRequest, form: AddressForm) -> HttpResponse:
    addresses = EmailAddress.objects.filter(user=request.user).order_by("-primary", "-verified", "email")
    return render(
        request,
        "accounts/addresses/index.html",
        {"addresses": addresses, "form": form, "most": KEPT},
    )


def _email(request: UserRequest) -> str:
    # PostgreSQL takes no NUL, and no address has one.
    return request.POST.get("email", "")[:254].replace("\0", "")


def _actor(request: OriginRequest, found: AddressChange) -> Actor:
    # Only the mailbox is proven; in the account's own browser it is its user who does it.
    if request.user.is_authenticated and request.user.pk == found.user_id:
        return actor_of(request, found.user)
    return Actor.visitor(request.origin)
