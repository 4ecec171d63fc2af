"""Addresses of entitlements."""

from django.urls import URLPattern

entitlements: list[URLPattern] = []
