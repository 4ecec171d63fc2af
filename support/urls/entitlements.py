"""Addresses of entitlements."""

from django.urls import URLPattern, path

from support.views import entitlements as views

entitlements: list[URLPattern] = [
    path("", views.index, name="entitlements"),
    path("export/", views.export, name="entitlements_export"),
    path("<uuid:pk>/", views.detail, name="entitlement"),
]
