"""Addresses of payments and cards, and those at which gateways call."""

from django.urls import URLPattern

payments: list[URLPattern] = []

methods: list[URLPattern] = []

gateways: list[URLPattern] = []
