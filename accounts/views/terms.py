"""The terms: to read for everybody, to accept for who is signed in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import accept_terms
from accounts.forms.terms import TermsForm
from accounts.models import Terms
from accounts.requests import UserRequest
from accounts.terms import ACCEPTED, latest
from console.paths import is_own_path


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The version in force, for everybody; not found while there is none."""
    terms = Terms.in_force()
    if terms is None:
        raise Http404
    return render(request, "help/terms.html", {"terms": terms, "text": terms.text_in(get_language() or "")})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def accept(request: UserRequest) -> HttpResponse:
    """Ask to accept the version in force, and go on to where the person was (`gates.AskForTerms` sends here)."""
    way_on = request.POST.get("next", request.GET.get("next", ""))
    if not is_own_path(way_on):
        way_on = "/"
    latest.forget()
    terms = latest.get()
    if terms is None or request.session.get(ACCEPTED) == str(terms.id):
        return redirect(way_on)
    form = TermsForm(request.POST or None, terms=terms)
    if form.run(accept_terms, user=request.user, by=request.actor):
        request.session[ACCEPTED] = str(terms.id)
        return redirect(way_on)
    words = Terms.objects.get(pk=terms.id)
    context = {"form": form, "terms": words, "text": words.text_in(get_language() or ""), "way_on": way_on}
    return render(request, "accounts/terms.html", context)
