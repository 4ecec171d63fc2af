"""Addresses of who may do what in a project."""

from django.urls import URLPattern

access: list[URLPattern] = []
