"""Addresses of registrations."""

from django.urls import URLPattern

registrations: list[URLPattern] = []
