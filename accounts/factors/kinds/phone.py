"""Codes by text message as a kind of second factor: beside another one only."""

from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.factors.kinds import Kind, read_code
from accounts.factors.phones import BINDING, are_offered, new_binding, send_code
from accounts.models import Phone, User
from audit.actors import Actor


class Answer(NamedTuple):
    """The code that was typed, and what binds the one that was sent to this session."""

    code: str
    binding: str


def begin(request: HttpRequest, *, user: User, by: Actor) -> None:
    """Send a code for this session."""
    binding = new_binding()
    send_code(user=user, binding=binding, by=by)
    request.session[BINDING] = binding


def read(request: HttpRequest) -> Answer:
    """The answer in a form."""
    return Answer(read_code(request), request.session.get(BINDING, ""))


def verify(user: User, answer: Answer) -> Phone | None:
    """The user's telephone, if this is the code that was sent to it for this session."""
    phone = Phone.objects.filter(user=user, confirmed=True).first()
    return phone if phone and phone.accept(answer.code, answer.binding) else None


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
    begin=begin,
    read=read,
    is_available=are_offered,
    address="accounts:security_phone_new",
    action=_("Add telephone number"),
)
