"""Addresses of what projects use."""

from django.urls import URLPattern

projects: list[URLPattern] = []
