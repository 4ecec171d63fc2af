"""The lines that accounts add to the getting-started check list."""

from typing import Final

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.factors import has_second_factor
from accounts.requests import UserRequest
from console.registry import Step


def address_is_verified(request: UserRequest) -> bool:
    """Whether the signed-in user has a verified address."""
    return bool(EmailAddress.objects.filter(user=request.user, verified=True).exists())


def verification_page(_request: UserRequest) -> str:
    """Where an address is verified: the page that says to look into the mailbox."""
    return reverse("account_email_verification_sent")


def profile_is_complete(request: UserRequest) -> bool:
    """Whether the user has given a name."""
    return bool(request.user.first_name and request.user.last_name)


def preferences_page(_request: UserRequest) -> str:
    """Where the name is changed."""
    return reverse("accounts:preferences")


def account_is_protected(request: UserRequest) -> bool:
    """Whether the user has a second factor."""
    return has_second_factor(request.user)


def mfa_page(_request: UserRequest) -> str:
    """Where a second factor is set up."""
    return reverse("accounts:security_mfa")


STEPS: Final = (
    Step(
        label=_("Verify your e-mail address"),
        help=_("It is how you sign in, and how invitations find you."),
        order=10,
        done=address_is_verified,
        address=verification_page,
        action=_("Verify"),
    ),
    Step(
        label=_("Complete your profile"),
        help=_("Tell your colleagues your name."),
        order=20,
        done=profile_is_complete,
        address=preferences_page,
        action=_("Add your name"),
    ),
    Step(
        label=_("Protect your account"),
        help=_("Ask for something that you have, after your password."),
        order=30,
        done=account_is_protected,
        address=mfa_page,
        action=_("Set up"),
    ),
)
