"""Addresses of the outbox that every deployment has: a contract, for they stand in mails and at mail providers."""

from django.urls import path

from outbox.views import bounces, choices

app_name = "mail"

urlpatterns = [
    path("mail/<str:token>/", choices.show, name="choice"),
    path("mail/<str:token>/consent/", choices.consent, name="choice_consent"),
    path("hooks/bounces/", bounces.take_in, name="bounces"),
]
