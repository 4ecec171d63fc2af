"""Users and their addresses in the admin."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

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
class UserAdmin(admin.ModelAdmin[User]):
    """People: find them, see their addresses, lock an account."""

    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "first_name", "last_name", "=id"]
    ordering = ["-date_joined"]
    show_full_result_count = False
    readonly_fields = ["id", "email", "date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["id", "email", "first_name", "last_name"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]}),
        (_("Dates"), {"fields": ["date_joined", "last_login"]}),
    ]
    filter_horizontal = ["user_permissions"]
    inlines = [AddressInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up; staff accounts come from ``manage.py createsuperuser`` or from a sign-up made staff."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account is locked, or deleted by its person."""
        return False
