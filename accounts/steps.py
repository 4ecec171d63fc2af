"""The lines that accounts add to the getting-started check list."""

from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.urls import reverse


def address_is_verified(request: HttpRequest) -> bool:
    """Whether the signed-in user has a verified address."""
    return EmailAddress.objects.filter(user_id=request.user.pk, verified=True).exists()


def verification_page(_request: HttpRequest) -> str:
    """Where an address is verified: the page that says to look into the mailbox."""
    return reverse("account_email_verification_sent")


def profile_is_complete(request: HttpRequest) -> bool:
    """Whether the user has given a name."""
    return bool(getattr(request.user, "first_name", "") and getattr(request.user, "last_name", ""))


def preferences_page(_request: HttpRequest) -> str:
    """Where the name is changed."""
    return reverse("accounts:preferences")
