"""Addresses of what awaits one."""

from django.urls import path

from accounts.views import notifications

app_name = "notifications"

urlpatterns = [
    path("", notifications.index, name="index"),
    path("reading/", notifications.read_all, name="read_all"),
    path("<uuid:pk>/reading/", notifications.read, name="read"),
]
