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


class StaffSite(AdminSite):
    """An admin without a password form of its own, so that no way in avoids what sign-in asks for."""

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the pages by the brand."""
        staff = _("%(brand)s staff") % {"brand": settings.BRAND_NAME}
        return {**super().each_context(request), "site_title": staff, "site_header": staff}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send on who may enter, to the sign-in who is signed out; refuse others, since signing in again won't help."""
        target = LoginView().get_redirect_url(request) or reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return redirect(target)
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
