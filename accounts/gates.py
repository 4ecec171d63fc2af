"""What somebody who is signed in has to do before anything else: accept the terms, set up a second factor."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.factors import has_second_factor
from accounts.models import TermsAcceptance
from accounts.proof import is_verified
from accounts.terms import ACCEPTED, latest


class Gate:
    """Sends whoever is signed in to one page, as long as that is due, whatever page they open.

    ``OPEN``: how the names of those addresses begin that stay open; ``METHODS``: the methods that it stops.
    """

    OPEN: ClassVar[tuple[str, ...]] = (
        "account_logout", "help:", "cookies", "set_language", "accounts:picture", "accounts:gone",
        # Proofs by a provider come back by an address of their own.
        "accounts:security_provider_proof", "google_", "github_", "openid_connect_",
        # There a key says who asks, and a session nothing.
        "api:",
    )  # fmt: skip
    METHODS: ClassVar[frozenset[str]] = frozenset({"GET", "HEAD"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask, where that is due."""
        match = request.resolver_match
        if request.method not in self.METHODS or match is None or match.view_name.startswith(self.OPEN):
            return None
        if not self.is_due(request):
            return None
        if request.headers.get("HX-Request"):
            # A part of a page: the page around it asks, and htmx leads there.
            here = HtmxDetails(request).current_url_abs_path
            return HttpResponseClientRedirect(self.page(request, here or settings.LOGIN_REDIRECT_URL))
        return redirect(self.page(request, request.get_full_path()))

    def is_due(self, request: HttpRequest) -> bool:
        """Whether the person who is signed in, if anybody is, must be sent to the page.

        What concerns everybody is looked at before the session: a page that asks for nobody costs no query.
        """
        raise NotImplementedError

    def page(self, request: HttpRequest, way_on: str) -> str:
        """The page to send them to; ``way_on``: the path that they wanted to see."""
        raise NotImplementedError


class AskForTerms(Gate):
    """Asks to accept the terms in force.

    Pages that are looked at only: what an old tab posts is done, so that nothing typed is lost, and the next page asks.
    A session that is known to have accepted costs no query.
    """

    # The page that asks; what one may do without accepting; and staff, who publish the terms.
    OPEN = (*Gate.OPEN, "account_terms", "accounts:preferences_data", "accounts:preferences_deletion", "admin:")

    def is_due(self, request: HttpRequest) -> bool:
        """Whether there are terms that the person has not accepted."""
        terms, session = latest.get(), request.session
        if terms is None or session.get(ACCEPTED) == str(terms.id) or not request.user.is_authenticated:
            return False
        if TermsAcceptance.objects.has(request.user.pk, terms.id):
            session[ACCEPTED] = str(terms.id)
            return False
        return True

    def page(self, request: HttpRequest, way_on: str) -> str:
        """The terms."""
        return f"{reverse('account_terms')}?{urlencode({'next': way_on})}"


class RequireFactor(Gate):
    """Where the deployment wants it (``REQUIRE_SECOND_FACTOR``): no page without a second factor (ASVS 6.3.3)."""

    # Setting one up, and what one may do without.
    OPEN = (
        *Gate.OPEN, "accounts:security_mfa", "accounts:security_authenticator", "accounts:security_passkey",
        "accounts:security_backup_codes", "account_terms", "accounts:preferences_time_zone",
        "accounts:preferences_data", "accounts:preferences_deletion",
    )  # fmt: skip
    METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

    def is_due(self, request: HttpRequest) -> bool:
        """Whether the person has none."""
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return False
        return not is_verified(request) and not has_second_factor(request.user)

    def page(self, request: HttpRequest, way_on: str) -> str:
        """Where factors are set up."""
        messages.warning(request, _("Set up a second factor first: %s asks everybody for one.") % settings.BRAND_NAME)
        return reverse("accounts:security_mfa")
