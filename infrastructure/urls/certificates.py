"""Addresses of certificates."""

from django.urls import URLPattern, path

from infrastructure.views import certificates as views

certificates: list[URLPattern] = [
    path("", views.index, name="certificates"),
    path("new/", views.create, name="certificate_new"),
    path("<uuid:pk>/", views.detail, name="certificate"),
    path("<uuid:pk>/chain/", views.chain, name="certificate_chain"),
    path("<uuid:pk>/renewal/", views.renewal, name="certificate_renewal"),
    path("<uuid:pk>/uses/", views.uses, name="certificate_uses"),
    path("<uuid:pk>/removal/", views.removal, name="certificate_removal"),
]
