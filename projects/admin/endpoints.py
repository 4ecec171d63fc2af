"""The company's backends in the admin: where they are, how they fare, and buttons; a secret is shown once."""

from typing import Any, override

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from console.outbound import check_address
from console.staff import ActionAdmin
from organizations.admin.people import staff_actor
from outbox.models import Endpoint
from projects.actions.endpoints import (
    change_endpoint,
    end_former_secret,
    make_endpoint,
    ping_endpoint,
    renew_endpoint_secret,
    switch_endpoint_off,
    switch_endpoint_on,
    try_endpoint,
)


class EndpointForm(forms.ModelForm[Endpoint]):
    """What it is called, and where it is."""

    class Meta:
        model = Endpoint
        fields = ["name", "url"]

    def clean_url(self) -> str:
        """Refuse what must not be called, or is not there (ATTACKS 32); nothing is locked here."""
        return check_address(self.cleaned_data["url"])


@admin.register(Endpoint)
class EndpointAdmin(ActionAdmin[Endpoint]):
    """Programs of the company that make services."""

    form = EndpointForm
    list_display = ["name", "is_on", "failures", "resting_until", "is_changing", "created_at"]
    list_filter = ["is_on"]
    search_fields = ["name", "=id"]
    # Not the secrets.
    fields = ["name", "url", "id", "is_on", "failures", "resting_until", "former_until", "created_at"]
    readonly_fields = ["id", "is_on", "failures", "resting_until", "former_until", "created_at"]
    ordering = ["name"]
    actions = ["test", "renew_secret", "end_former", "switch_off", "switch_on"]

    @admin.display(description=_("two secrets"), boolean=True)
    def is_changing(self, endpoint: Endpoint) -> bool:
        """Whether the former secret still counts."""
        return endpoint.is_changing_secret

    @override
    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Save by the action."""
        given, by = {"name": obj.name, "url": obj.url}, staff_actor(request)
        if change:
            change_endpoint(endpoint=obj, by=by, **given)
        else:
            made = make_endpoint(by=by, **given)
            obj.pk, obj.secret = made.pk, made.secret

    @override
    def response_add(self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None) -> HttpResponse:
        """The secret of the new one."""
        return self._secret_of(request, obj)

    @admin.action(description=_("Send a test call"), permissions=["act"])
    def test(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Call each chosen one now, and say how it answered."""
        by = staff_actor(request)

        def test(endpoint: Endpoint) -> None:
            ping_endpoint(try_endpoint(endpoint=endpoint, by=by))

        done = ngettext_lazy("%d endpoint has answered.", "%d endpoints have answered.")
        self.run_for_each(request, queryset, test, done)

    @admin.action(description=_("Renew the secret"), permissions=["act"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> HttpResponse | None:
        """A new one, beside which the former one counts for a day."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            messages.error(request, gettext("Choose one endpoint: its secret is shown once."))
            return None
        endpoint = renew_endpoint_secret(endpoint=chosen[0], by=staff_actor(request))
        self.log_change(request, endpoint, gettext("The secret was renewed."))
        return self._secret_of(request, endpoint)

    @admin.action(description=_("End the former secret now"), permissions=["act"])
    def end_former(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Do not wait for the end of the day: somebody else knows it."""
        by = staff_actor(request)
        done = ngettext_lazy(
            "The former secret of %d endpoint has ended.", "The former secrets of %d endpoints have ended."
        )
        self.run_for_each(request, queryset, lambda e: end_former_secret(endpoint=e, by=by), done)

    @admin.action(description=_("Switch off: what is for it waits"), permissions=["act"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Call it no more for now."""
        by = staff_actor(request)
        done = ngettext_lazy("%d endpoint is switched off.", "%d endpoints are switched off.")
        self.run_for_each(request, queryset, lambda e: switch_endpoint_off(endpoint=e, by=by), done)

    @admin.action(description=_("Switch on"), permissions=["act"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Call it again."""
        by = staff_actor(request)
        done = ngettext_lazy("%d endpoint is switched on.", "%d endpoints are switched on.")
        self.run_for_each(request, queryset, lambda e: switch_endpoint_on(endpoint=e, by=by), done)

    def _secret_of(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        """The page that shows the newest secret: nowhere else is it to be seen, and nobody keeps the page."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The secret of %s") % endpoint.name,
            "opts": self.opts,
            "endpoint": endpoint,
            "secret": endpoint.secrets[0],
        }
        page = TemplateResponse(request, "projects/endpoint_secret.html", context)
        page.headers["Cache-Control"] = "no-store"
        return page
