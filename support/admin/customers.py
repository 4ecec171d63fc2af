"""The directory of customers for staff: who is in it, and files to give in, to look at and to apply."""

from itertools import islice
from typing import Any, override
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from console.refusal import Refused
from console.staff import ReadOnlyAdmin
from organizations.admin.people import staff_actor
from support.actions.customers import allow_again, apply_import, forget_customer, give_in, look_again
from support.directory.telling import Told
from support.forms.customers import ImportForm
from support.models import Customer, DirectoryImport

# Customers of a plan on a page.
PAGE = 50


class Recreated(admin.SimpleListFilter):
    """Whether a customer's organization is there."""

    title = gettext_lazy("organization")
    parameter_name = "recreated"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """There, or not yet."""
        return [("yes", gettext_lazy("is there")), ("no", gettext_lazy("is not there"))]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """Those of the choice."""
        is_missing = {"yes": False, "no": True}.get(self.value() or "")
        return queryset if is_missing is None else queryset.filter(organization__isnull=is_missing)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin[Customer]):
    """Customers that the company knows."""

    list_display = ["name", "key", "organization", "expected", "recreated_at", "imported_at"]
    list_filter = [Recreated]
    list_select_related = ["organization"]
    search_fields = ["name", "=key", "people__email"]
    fields = [
        "id",
        "key",
        "name",
        "organization",
        "recreated_at",
        "left_out",
        "created_at",
        "imported_at",
        "people_link",
    ]
    ordering = ["name", "id"]
    actions = ["make_again", "forget"]

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """With how many people have not come."""
        missing = Count("people", filter=Q(people__joined_at=None))
        return super().get_queryset(request).annotate(missing=missing)

    @admin.display(description=gettext_lazy("not registered"))
    def expected(self, customer: Any) -> int:
        """How many people have not come."""
        return int(customer.missing)

    @admin.display(description=gettext_lazy("people"))
    def people_link(self, customer: Customer) -> str:
        """The way to them: there may be thousands."""
        address = f"{reverse('admin:support_customerperson_changelist')}?customer__exact={customer.pk}"
        return format_html('<a href="{}">{}</a>', address, _("See people"))

    @admin.action(
        description=gettext_lazy("Make it once more: at the next sign-in of its administrator"), permissions=["act"]
    )
    def make_again(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        """After its organization was closed for good."""
        by = staff_actor(request)
        done = ngettext_lazy("%d customer is made once more.", "%d customers are made once more.")
        self.run_for_each(request, queryset, lambda customer: allow_again(customer=customer, by=by), done)

    @admin.action(description=gettext_lazy("Take out of the directory"), permissions=["act"])
    def forget(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        """What was made of it stays; whoever has not come gets nothing any more."""
        by = staff_actor(request)
        done = ngettext_lazy("%d customer was taken out.", "%d customers were taken out.")
        self.run_for_each(request, queryset, lambda customer: forget_customer(customer=customer, by=by), done)


@admin.register(DirectoryImport)
class DirectoryImportAdmin(ReadOnlyAdmin[DirectoryImport]):
    """Files of customers: given in by who may add one, applied by who may change one."""

    list_display = ["name", "state", "created_by", "created_at", "applied_at"]
    list_filter = ["state"]
    list_select_related = ["created_by"]
    fields = ["id", "name", "state", "created_by", "created_at", "applied_at"]
    ordering = ["-created_at"]
    change_list_template = "support/staff_imports.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        """The form, before what Django would take for an id."""
        view = self.admin_site.admin_view
        return [path("new/", view(self.give), name="support_directoryimport_give"), *super().get_urls()]

    @override
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with the way to the form for who may."""
        return super().changelist_view(request, {**(extra_context or {}), "may_give": _may_give(request)})

    def give(self, request: HttpRequest) -> HttpResponse:
        """Give a file in, and see what it would change."""
        if not _may_give(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if given := form.run(give_in, by=staff_actor(request)):
            return redirect(_page_of(given.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Give a file in"),
            "opts": self.opts,
            "form": form,
            "back": reverse("admin:support_directoryimport_changelist"),
        }
        return TemplateResponse(request, "support/staff_import_new.html", context)

    @override
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What an import would change, or what is wrong with the file; its buttons apply it, or look once more."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        given = get_object_or_404(DirectoryImport.objects.select_related("created_by"), pk=_id(object_id))
        if request.method == "POST":
            return self._press(request, given)
        customers = given.plan.get("customers", [])
        first = _first(request.GET.get("from", ""))
        context = {
            **self.admin_site.each_context(request),
            "title": given.name,
            "opts": self.opts,
            "given": given,
            "counts": Told(given.plan).counts,
            "customers": [Told(given.plan).customer(one) for one in islice(customers, first, first + PAGE)],
            "shown_from": first + 1,
            "shown_to": min(first + PAGE, len(customers)),
            "total": len(customers),
            "next": first + PAGE if first + PAGE < len(customers) else None,
            "previous": max(first - PAGE, 0) if first else None,
            "may_apply": self.has_act_permission(request) and given.state == DirectoryImport.State.PLANNED,
        }
        return TemplateResponse(request, "support/staff_import.html", context)

    def _press(self, request: HttpRequest, given: DirectoryImport) -> HttpResponse:
        if not self.has_act_permission(request):
            raise PermissionDenied
        by = staff_actor(request)
        if "look" not in request.POST:
            try:
                apply_import(pk=given.pk, seen=request.POST.get("digest", ""), by=by)
            except Refused as refusal:
                messages.error(request, " ".join(refusal.messages))
                if refusal.code != "changed":
                    return redirect(_page_of(given.pk))
            else:
                messages.success(request, _("The file was applied."))
                return redirect(_page_of(given.pk))
        try:
            look_again(pk=given.pk, by=by)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect(_page_of(given.pk))


def _may_give(request: HttpRequest) -> bool:
    return request.user.has_perm("support.add_directoryimport")


def _page_of(pk: UUID) -> str:
    return reverse("admin:support_directoryimport_change", args=[pk])


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _first(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0  # noqa: PLR2004 -- more customers fit no file
