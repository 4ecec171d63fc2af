"""What staff edit for support: products, levels and saved answers; and what became of mails that came in."""

from datetime import timedelta
from typing import Any, override

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.staff import ReadOnlyAdmin
from support.models import InboundMail, Product, SavedAnswer, SupportLevel

# More is a slip of the hand; and no calendar holds what is added to it.
LONGEST = timedelta(days=365)
WITHIN = ("urgent_within", "high_within", "normal_within", "low_within")


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    """What people may ask about, and entitlements cover by its family. What has tickets stays, offered or not."""

    list_display = ["name", "key", "family", "is_offered", "position"]
    list_filter = ["is_offered", "family"]
    search_fields = ["name", "key", "family"]
    fields = ["key", "name", "family", "is_offered", "position"]
    ordering = ["position", "name"]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> tuple[str, ...]:
        """Programs know a product by its key."""
        return () if obj is None else ("key",)


class SupportLevelForm(forms.ModelForm[SupportLevel]):
    """A level: the more it hurts, the sooner the answer."""

    class Meta:
        model = SupportLevel
        fields = ["key", "name", *WITHIN, "is_standard"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WITHIN:
            if name in self.fields:
                self.fields[name].help_text = _("Hours, minutes and seconds, as 4:00:00; with days, as 2 00:00:00.")

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse what nobody can keep, and priorities the wrong way round."""
        cleaned = super().clean() or {}
        before = timedelta()
        for name in WITHIN:
            within = cleaned.get(name)
            if within is None:
                continue
            if not timedelta() < within <= LONGEST:
                self.add_error(name, ValidationError(_("This is no time to answer in."), code="none"))
            elif within < before:
                sentence = _("What hurts less is not answered sooner.")
                self.add_error(name, ValidationError(sentence, code="order"))
            before = max(before, within)
        return cleaned


@admin.register(SupportLevel)
class SupportLevelAdmin(admin.ModelAdmin[SupportLevel]):
    """Within what time tickets get their first answer. A change counts for tickets that are raised from then on."""

    form = SupportLevelForm
    fields = ["key", "name", *WITHIN, "is_standard"]
    list_display = ["name", "key", *WITHIN, "is_standard"]
    search_fields = ["name", "key"]
    ordering = ["name"]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: SupportLevel | None = None) -> tuple[str, ...]:
        """The directory of customers knows a level by its key."""
        return () if obj is None else ("key",)


@admin.register(SavedAnswer)
class SavedAnswerAdmin(admin.ModelAdmin[SavedAnswer]):
    """Answers that staff give often."""

    list_display = ["title", "created_at"]
    search_fields = ["title", "body"]
    fields = ["title", "body", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnlyAdmin[InboundMail]):
    """What became of the mails that the provider handed over."""

    list_display = ["created_at", "outcome", "shown_problem", "shown_ticket", "mail_id"]
    list_filter = ["outcome"]
    list_select_related = ["message__ticket"]
    search_fields = ["=mail_id", "=id"]
    fields = ["id", "created_at", "outcome", "shown_problem", "shown_ticket", "mail_id"]
    ordering = ["-id"]

    @admin.display(description=_("problem"))
    def shown_problem(self, mail: InboundMail) -> str:
        """Why it was refused, in the reader's language."""
        return gettext(mail.problem) if mail.problem else ""

    @admin.display(description=_("ticket"))
    def shown_ticket(self, mail: InboundMail) -> str:
        """The ticket that it is part of."""
        if mail.message is None:
            return ""
        address = reverse("admin:support_ticket_change", args=[mail.message.ticket_id])
        return format_html('<a href="{}">{}</a>', address, mail.message.ticket)
