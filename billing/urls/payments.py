"""Addresses of payments and cards, and those at which gateways call."""

from django.urls import URLPattern, path

from billing.views import hooks, sandbox
from billing.views import methods as method_views
from billing.views import payments as views

payments: list[URLPattern] = [
    path("payments/", views.index, name="payments"),
    path("payments/new/", views.create, name="payment_new"),
    path("payments/<uuid:pk>/", views.detail, name="payment"),
    path("payments/<uuid:pk>/status/", views.status, name="payment_status"),
    path("payments/<uuid:pk>/retry/", views.retry, name="payment_retry"),
    path("payments/<uuid:pk>/cancellation/", views.cancellation, name="payment_cancellation"),
]

methods: list[URLPattern] = [
    path("methods/", method_views.index, name="methods"),
    path("methods/new/", method_views.create, name="method_new"),
    path("methods/<uuid:pk>/default/", method_views.default, name="method_default"),
    path("methods/<uuid:pk>/removal/", method_views.removal, name="method_removal"),
    path("funds/refill/", method_views.refill, name="refill"),
]

gateways: list[URLPattern] = [
    path("hooks/payments/<str:gateway>/", hooks.gateway_hook, name="gateway_hook"),
    path("sandbox/cards/<uuid:pk>/", sandbox.card, name="sandbox_card"),
    path("sandbox/challenges/<uuid:pk>/", sandbox.challenge, name="sandbox_challenge"),
]
