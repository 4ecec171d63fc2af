"""Adding a telephone number that codes are sent to, as a backup beside an authenticator app or a passkey."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires_proof
from accounts.actions import begin_phone, confirm_phone, resend_phone_code
from accounts.factors import has_second_factor
from accounts.factors.phones import BINDING, are_offered, new_binding
from accounts.forms.phone_factor import PhoneCodeForm, PhoneFactorForm
from accounts.models import Phone
from accounts.requests import UserRequest
from console.attempts import attempt
from console.registry import registry


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def create(request: UserRequest) -> HttpResponse:
    """Ask for the number, and send a code to it. Not found where no text messages are sent."""
    if not are_offered():
        raise Http404
    if not has_second_factor(request.user):
        messages.info(request, _("Add an authenticator app or a passkey first."))
        return redirect("accounts:security_mfa")
    form = PhoneFactorForm(request.POST or None, initial=PhoneFactorForm.initial_of(request.user.phone))
    binding = new_binding()
    if form.run(begin_phone, user=request.user, binding=binding, by=request.actor):
        request.session[BINDING] = binding
        return redirect("accounts:security_phone_confirmation")
    context = {"form": form, "cards": registry.cards_of("phone-new", request)}
    return render(request, "accounts/mfa/phone_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def confirm(request: UserRequest) -> HttpResponse:
    """Ask for the code."""
    phone = Phone.objects.filter(user=request.user, confirmed=False).first()
    if phone is None or not are_offered():
        return redirect("accounts:security_mfa")
    form = PhoneCodeForm(request.POST or None)
    binding = request.session.get(BINDING, "")
    if form.run(confirm_phone, user=request.user, binding=binding, by=request.actor):
        messages.success(request, _("Codes can be sent to your telephone now."))
        return redirect("accounts:security_mfa")
    return render(request, "accounts/mfa/phone_confirmation.html", {"form": form, "phone": phone})


@require_POST
@requires_proof
def resend(request: UserRequest) -> HttpResponse:
    """Send another code to the number that is to be confirmed."""
    binding = new_binding()
    done = _("A new code is on its way.")
    if attempt(request, resend_phone_code, done, user=request.user, binding=binding, by=request.actor):
        request.session[BINDING] = binding
    return redirect("accounts:security_phone_confirmation")
