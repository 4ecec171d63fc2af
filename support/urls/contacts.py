"""Addresses of contacts."""

from django.urls import URLPattern

contacts: list[URLPattern] = []
