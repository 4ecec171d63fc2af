"""Codes by text message as a kind of second factor: beside another one only."""

from django.utils.translation import gettext_lazy as _

from accounts.factors.kinds import Kind
from accounts.models import Phone, User
from accounts.phones import are_offered, send_code


def verify(user: User, code: str) -> Phone | None:
    """The user's telephone, if this is the code that was sent to it."""
    phone = Phone.objects.filter(user=user, confirmed=True).first()
    return phone if phone and phone.accept(code) else None


PHONE = Kind(
    key="phone",
    model=Phone,
    label=_("Text message"),
    icon="message-square-text",
    prompt=_("Code"),
    help=_("Enter the six digits of the text message that we have sent you. They count for ten minutes."),
    fragment="accounts/factors/_phone.html",
    verify=verify,
    is_primary=False,
    begin=send_code,
    is_available=are_offered,
    address="accounts:security_phone_new",
    action=_("Add telephone number"),
)
