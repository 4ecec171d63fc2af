"""The mails of accounts, in our words, by noun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils import timezone, translation

from accounts.models import MailChoice, User
from accounts.region.time_zones import canonical
from console.registry import registry
from outbox.letters import Letter
from outbox.letters import send as send_letter
from outbox.models import Mail


def tell(
    user: User,
    compose: Callable[[], Letter],
    *,
    kind: str,
    to: str = "",
    organization_id: UUID | None = None,
    attached: str = "",
) -> Mail | None:
    """Send the user a letter in the user's own language and time zone; None where they have switched its kind off.

    ``compose`` is called in that language; ``kind`` names the letter in the outbox, and says whether it can be switched
    off (console.registry.MailKind); ``to``: an address of theirs other than the primary one; ``organization_id``: whose
    news it is; ``attached``: what goes with it (`outbox.models.Mail`).
    """
    optional = registry.optional_mail(kind)
    if optional and MailChoice.objects.filter(user=user, kind=optional.key).exists():
        return None
    with reading(user):
        return send_letter(
            compose(), to=to or user.email, kind=kind, organization_id=organization_id, attached=attached
        )


def tell_address(
    email: str, compose: Callable[[], Letter], *, kind: str, organization_id: UUID | None = None, attached: str = ""
) -> Mail:
    """Send a letter to an address: as `tell` does where it is somebody's, else as the page is written.

    It takes one query, whether the address is known or not (ATTACKS 9).
    """
    with reading(User.objects.owning(email).first()):
        return send_letter(compose(), to=email, kind=kind, organization_id=organization_id, attached=attached)


@contextmanager
def reading(user: User | None) -> Iterator[None]:
    """Write what follows in the user's language and time zone, as far as there is a user who has chosen them."""
    language = (user and user.language) or translation.get_language()
    time_zone = (user and canonical(user.time_zone)) or timezone.get_current_timezone_name()
    with translation.override(language), timezone.override(time_zone):
        yield
