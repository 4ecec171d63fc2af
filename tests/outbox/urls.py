"""All addresses of the console, and those that only development has."""

from django.urls import include, path

from console.urls import urlpatterns as console_urlpatterns

urlpatterns = [
    *console_urlpatterns,
    path("mailbox/", include("outbox.urls")),
    path("styleguide/", include("console.styleguide")),
]
