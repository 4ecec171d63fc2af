"""Telephones as people have them: numbers, and the codes that come to them."""

import re

from accounts.models import Phone, User
from accounts.models.phone import masked
from outbox.models import TextMessage

NUMBER = "+33612345678"


def give_phone(user: User, number: str = NUMBER) -> Phone:
    """Set a telephone up, without the pages that do so."""
    return Phone.objects.create(user=user, number=number, name=masked(number))


def texts_to(number: str = NUMBER) -> list[str]:
    """What was written to a number, the oldest first."""
    return list(TextMessage.objects.filter(number=number).order_by("created_at", "id").values_list("text", flat=True))


def code_sent_to(number: str = NUMBER) -> str:
    """The code in the last message to a number."""
    return str(re.findall(r"\b\d{6}\b", texts_to(number)[-1])[0])


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06}"
