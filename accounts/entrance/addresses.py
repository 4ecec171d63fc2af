"""What a browser has shown about an address before there is an account: a link mailed to it was opened."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def is_proven(request: HttpRequest, email: str) -> bool:
    """Whether this browser has shown that ``email`` belongs to whoever sits there."""
    return bool(get_adapter().is_email_verified(request, email))


def forget_proof(request: HttpRequest) -> None:
    """Let what was proven count no more."""
    get_adapter().unstash_verified_email(request)


def note_proven_address(request: HttpRequest, email: str) -> None:
    """Remember, for a sign-up in this browser, that ``email`` was proven: a link mailed to it was opened."""
    get_adapter().stash_verified_email(request, email)
