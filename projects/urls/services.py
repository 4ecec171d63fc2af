"""Addresses of what runs in a project."""

from django.urls import URLPattern

services: list[URLPattern] = []
