"""Addresses of certificates."""

from django.urls import URLPattern, path

from infrastructure.views import certificates as views

certificates: list[URLPattern] = [path("", views.index, name="certificates")]
