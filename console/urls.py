"""All addresses, by app. Apps are named, never imported. Probes are answered before (console.health)."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from . import views

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler429 = "console.views.too_many_requests"
handler500 = views.server_error

urlpatterns = [
    path("", include("organizations.urls")),
    path("", include("projects.urls")),
    path("", include("billing.urls")),
    path("", include("infrastructure.urls")),
    path("", include("support.urls")),
    path("profile/", include("accounts.urls")),
    path("accounts/", include("accounts.urls.entrance")),
    path("notifications/", include("accounts.urls.notifications")),
    path("", include("accounts.urls.help")),
    path("", include("accounts.urls.public")),
    path("", include("outbox.urls.public")),
    path("api/", include("console.api.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", views.favicon),
]

if settings.DEBUG:
    urlpatterns += [path("mailbox/", include("outbox.urls")), path("styleguide/", include("console.styleguide"))]
