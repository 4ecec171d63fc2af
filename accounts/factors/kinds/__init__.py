"""What a kind of second factor is: how it is asked for, and how an answer is judged."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django_otp.models import Device

from accounts.models import User

type Text = Any  # a str, or a lazy translation of one

# The field of a code of digits: browsers offer the one that came by message.
DIGITS: Mapping[str, str] = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def tidy(code: str) -> str:
    """A code as it was meant: without spaces and dashes, in small letters, digits of any script as 0 to 9."""
    characters = unicodedata.normalize("NFKC", code).lower()
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in characters
        if character.isalnum()
    )


def read_code(request: HttpRequest) -> str:
    """What was typed into the one field of most kinds."""
    return tidy(request.POST.get("code", "")[:100])


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of second factor.

    What it is: ``key`` stands in forms, in records of sign-ins and in events; ``model``: the django_otp device of one
    user's factor; ``label``: its name in lists; ``is_primary``: whether it makes a second factor by itself, or only
    stands in for one that is lost; ``is_guessable``: whether wrong answers begin a pause; ``is_way_in``: whether one
    signs in with it alone, too; ``address`` and ``action``: the name of the page that adds one, and the words of the
    button that leads there; ``is_available()``: whether this deployment has it.

    How it is asked for: ``prompt`` and ``help``: what the question says; ``fragment``: the template that draws the
    answer's fields, with `form` (a `FactorForm`); ``attrs``: of the field that a code is typed into; ``offered(user)``:
    whether the user can answer with it now, where having one is not all; ``begin(request, user=, by=)``: what must
    happen before there is an answer (a code is sent), which may raise Refused.

    How it is judged: ``read(request)``: the answer in a posted form, of any type that verify takes; ``verify(user,
    answer)``: the factor that the answer proves, or None. That runs in the transaction of
    `accounts.actions.verify_factor` with the user locked, and marks the answer as used.
    """

    key: str
    model: type[Device]
    label: Text
    icon: str
    prompt: Text
    help: Text
    fragment: str
    verify: Callable[[User, Any], Device | None]
    is_primary: bool
    is_guessable: bool = True
    is_way_in: bool = False
    read: Callable[[HttpRequest], Any] = read_code
    attrs: Mapping[str, str] = field(default_factory=lambda: DIGITS)
    begin: Callable[..., object] | None = None
    offered: Callable[[User], bool] | None = None
    is_available: Callable[[], bool] = lambda: True
    address: str = ""
    action: Text = ""

    def is_offered(self, user: User) -> bool:
        """Whether the user has one that can be used now."""
        if not self.is_available():
            return False
        return self.offered(user) if self.offered else self.of(user).exists()

    def of(self, user: User) -> Any:
        """The user's factors of this kind."""
        return self.model._default_manager.filter(user=user, confirmed=True).order_by("pk")

    def held_by(self, reference: str) -> Exists:
        """A condition for querysets: whether the user in the column ``reference`` has one."""
        return Exists(self.model._default_manager.filter(user=OuterRef(reference), confirmed=True))
