"""Users and their addresses in the admin."""

from typing import cast

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.actions import end_session, lock_account, publish_terms, unlock_account
from accounts.factors import factor_shown
from accounts.models import Consent, Notification, Recovery, Session, Terms, User
from accounts.sessions.devices import device_name
from accounts.sessions.places import place_of
from audit.actors import Actor
from console.dates import timestamp
from console.origin import OriginRequest
from console.staff import ReadOnlyAdmin

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)
# Providers come from the environment, tokens are not kept, and nobody but the person links an account.
for _model in (SocialApp, SocialToken, SocialAccount):
    admin.site.unregister(_model)


class AddressInline(admin.TabularInline[EmailAddress, User]):
    """A user's addresses: to see which are verified. People change them themselves."""

    model = EmailAddress
    fields = ["email", "verified", "primary"]
    readonly_fields = ["email", "verified", "primary"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but the person adds an address."""
        return False


class ConsentInline(admin.TabularInline[Consent, User]):
    """What a user has agreed to, and taken back: to see alone."""

    model = Consent
    fields = ["purpose", "given", "source", "at"]
    readonly_fields = ["purpose", "given", "source", "at"]
    ordering = ["-at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody agrees for somebody else."""
        return False


class SessionInline(admin.TabularInline[Session, User]):
    """Where a user is signed in."""

    model = Session
    fields = ["signed_in_at", "last_active_at", "address", "device"]
    readonly_fields = ["signed_in_at", "last_active_at", "address", "device"]
    ordering = ["-last_active_at"]
    show_change_link = True
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Sessions begin with a sign-in."""
        return False


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin[Session]):
    """Who is signed in where: to see, and to end. Nothing here opens a session."""

    list_display = ["user", "device_name", "address", "place", "signed_in_at", "last_active_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "=address"]
    fields = [
        "id",
        "user",
        "device_name",
        "device",
        "address",
        "place",
        "signed_in_at",
        "last_active_at",
        "expire_date",
    ]
    ordering = ["-last_active_at"]
    actions = ["end"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Those of somebody: a visitor's says nothing."""
        return super().get_queryset(request).exclude(user=None)

    @admin.display(description=_("browser"))
    def device_name(self, session: Session) -> str:
        """The browser and system."""
        return device_name(session.device)

    @admin.display(description=_("place"))
    def place(self, session: Session) -> str:
        """The city, where a GeoIP file is configured."""
        return place_of(session.address)

    @admin.action(description=_("End the session"), permissions=["act"])
    def end(self, request: OriginRequest, queryset: QuerySet[Session]) -> None:
        """Its browser is asked to sign in with the next request."""
        by = Actor.staff(request.user, request.origin)
        done = ngettext_lazy("%d session is ended.", "%d sessions are ended.")
        self.run_for_each(request, queryset, lambda session: end_session(session=session, by=by), done)


@admin.register(Terms)
class TermsAdmin(ReadOnlyAdmin[Terms]):
    """Versions of the terms: staff add one, and nobody changes it afterwards."""

    list_display = ["version", "effective_at", "published_at"]
    list_filter = ["effective_at"]
    ordering = ["-effective_at"]
    fields = ["version", "text_en", "text_fr", "url", "effective_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether this person may publish a version."""
        return request.user.has_perm("accounts.add_terms")

    def save_model(self, request: HttpRequest, obj: Terms, form: ModelForm[Terms], change: bool) -> None:  # noqa: FBT001 -- the admin's signature
        """Publish it."""
        here = cast("OriginRequest", request)
        obj.pk = publish_terms(**form.cleaned_data, by=Actor.staff(here.user, here.origin)).pk


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin[Notification]):
    """What awaits people behind the bell: of what kind and until when; not what its sentence says."""

    list_display = ["user", "kind", "created_at", "expires_at", "settled_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["user__email", "=target_id", "=organization_id", "=id"]
    fields = ["id", "user", "kind", "target_id", "organization_id", "created_at", "expires_at", "settled_at"]
    ordering = ["-id"]


@admin.register(User)
class UserAdmin(ReadOnlyAdmin[User]):
    """People: find them, see their addresses, lock an account."""

    list_display = [
        "email",
        "first_name",
        "last_name",
        "is_active",
        "has_factor",
        "is_staff",
        "date_joined",
        "last_login",
    ]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "first_name", "last_name", "=id"]
    ordering = ["-date_joined"]
    fields = [
        "id",
        "email",
        "first_name",
        "last_name",
        "is_active",
        "has_factor",
        "recovery",
        "is_staff",
        "date_joined",
        "last_login",
    ]
    inlines = [AddressInline, SessionInline, ConsentInline]
    actions = ["lock", "unlock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the answer to whether each has a second factor."""
        return super().get_queryset(request).annotate(has_factor=factor_shown())

    @admin.display(description=_("MFA"), boolean=True)
    def has_factor(self, user: User) -> bool:
        """Whether a second factor is asked for."""
        return bool(getattr(user, "has_factor"))  # noqa: B009 -- annotated

    @admin.display(description=_("recovery"))
    def recovery(self, user: User) -> str:
        """Whether one waits, and until when. Staff can do nothing about it: neither hasten it nor stop it."""
        waiting = Recovery.objects.waiting().filter(user=user).first()
        return timestamp(waiting.due_at) if waiting else ""

    @admin.action(description=_("Lock the account"), permissions=["act"])
    def lock(self, request: OriginRequest, queryset: QuerySet[User]) -> None:
        """Nobody gets in any more; whoever is in is out with the next request."""
        by = Actor.staff(request.user, request.origin)
        done = ngettext_lazy("%d account is locked.", "%d accounts are locked.")
        self.run_for_each(request, queryset, lambda user: lock_account(user=user, by=by), done)

    @admin.action(description=_("Unlock the account"), permissions=["act"])
    def unlock(self, request: OriginRequest, queryset: QuerySet[User]) -> None:
        """Its person may sign in again."""
        by = Actor.staff(request.user, request.origin)
        done = ngettext_lazy("%d account is unlocked.", "%d accounts are unlocked.")
        self.run_for_each(request, queryset, lambda user: unlock_account(user=user, by=by), done)
