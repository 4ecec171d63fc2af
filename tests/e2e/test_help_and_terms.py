"""Help, the terms and the pages of a telephone number, in both themes, with everything that a deployment may have."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.actions import accept_terms, publish_terms
from accounts.models import Phone, Terms
from accounts.models.phone import masked
from accounts.proof import PROVEN_AT
from audit.actors import Actor
from tests.accounts.factors import prove_factor
from tests.accounts.phones import NUMBER
from tests.cast import Cast, Person
from tests.e2e.inspection import Inspection
from tests.e2e.test_accessible import LOOKS
from tests.fixtures.processes import Processes

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

MFA = "/profile/security/mfa/"


@pytest.fixture
def terms(cast: Cast, processes: Processes) -> Terms:
    """Terms in force, at a console that names all help there is and sends text messages."""
    processes.environment |= {
        "SMS_GATEWAY": "console",
        "HELP_CENTRE_URL": "https://help.example.com/",
        "COMMUNITY_URL": "https://discord.example.com/",
        "TICKETS_URL": "https://tickets.example.com/",
        "SUPPORT_EMAIL": "help@example.com",
    }
    return publish_terms(
        version="2027-01",
        text_en="1. Be kind.\n\nTo everybody.",
        text_fr="1. Soyez aimables.\n\nAvec tout le monde.",
        effective_at=timezone.now(),
        by=Actor.system(),
    )


def prove(person: Person) -> None:
    """Let the person have an app, proven a moment ago, and a number that is to be confirmed."""
    prove_factor(person.client, person.user)
    session = person.client.session
    session[PROVEN_AT] = timezone.now().timestamp()
    session.save()
    Phone.objects.create(user=person.user, number=NUMBER, name=masked(NUMBER), confirmed=False)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.usefixtures("terms")
def test_help_terms_and_numbers_are_for_everybody(
    look: dict[str, Any], cast: Cast, web: str, new_page: Callable[..., Page], signed_in: Callable[..., Page]
) -> None:
    """Signed out and signed in: the server, which is told so much, takes longest to start."""
    inspection = Inspection(new_page(base_url=web, **look))
    for path in ("/help/", "/help/mfa/", "/terms/"):
        inspection.open(path)
    inspection.submit("/accounts/signup/")
    assert inspection.faults == []
    looks_at_terms_and_numbers(cast, Inspection(signed_in(cast.olivia, **look)))


def looks_at_terms_and_numbers(cast: Cast, inspection: Inspection) -> None:
    """Those of who is signed in, and has not accepted the terms yet."""
    prove(cast.olivia)
    inspection.open("/profile/security/")
    assert "/accounts/terms/" in inspection.page.url
    inspection.submit("/accounts/terms/?next=/help/")
    accept_terms(user=cast.olivia.user, terms_id=Terms.objects.get().pk, by=cast.olivia.actor())
    for path in (MFA, f"{MFA}phone/new/", f"{MFA}phone/confirmation/"):
        inspection.open(path)
    for path in (f"{MFA}phone/new/", f"{MFA}phone/confirmation/"):
        inspection.submit(path)
    assert inspection.faults == []
