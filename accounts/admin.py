"""Users and their addresses in the admin."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.actions import lock_account, unlock_account
from accounts.models import User
from audit.actors import Actor
from console.origin import OriginRequest
from console.staff import ReadOnlyAdmin

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


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


@admin.register(User)
class UserAdmin(ReadOnlyAdmin[User]):
    """People: find them, see their addresses, lock an account."""

    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "first_name", "last_name", "=id"]
    ordering = ["-date_joined"]
    fields = ["id", "email", "first_name", "last_name", "is_active", "is_staff", "date_joined", "last_login"]
    inlines = [AddressInline]
    actions = ["lock", "unlock"]

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
