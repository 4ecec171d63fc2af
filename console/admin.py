"""The staff's admin site: Django's, entered through the same sign-in as everything else."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_otp.middleware import is_verified


class StaffSite(AdminSite):
    """An admin without a password form of its own, so that no way in avoids what sign-in asks for."""

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the pages by the brand."""
        staff = _("%(brand)s staff") % {"brand": settings.BRAND_NAME}
        return {**super().each_context(request), "site_title": staff, "site_header": staff}

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this person is staff and has proven a second factor in this session (ASVS 6.3.3)."""
        return super().has_permission(request) and is_verified(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send on who may enter; others to where they get what is missing, or, where nothing helps, refuse them."""
        target = LoginView().get_redirect_url(request) or reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return redirect(target)
        if super().has_permission(request):
            return redirect_to_login(target, reverse("accounts:security_verification"))
        if request.user.is_authenticated:
            raise PermissionDenied(_("The admin is for staff."))
        return redirect_to_login(target, reverse("account_login"))

    # The stubs promise a TemplateResponse of both; Django takes any response.
    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Leave it to the page that everybody changes their password on."""
        return redirect("account_change_password")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Pass the POST on to the one sign-out."""
        return redirect("account_logout", preserve_request=True)
