"""French of organizations: each page, what its forms answer, the directory, and what each policy calls things."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from organizations.models import Organization
from tests.access.walk import furnish, ids_of, visits
from tests.accounts.signing import prove
from tests.cast import Cast, Person, make_person, make_team
from tests.console.french import FRENCH, english_on, untold
from tests.organizations.asking import MINE, ask, decline, form_for, make_public, verified_domain
from tests.organizations.batching import give
from tests.organizations.inviting import invite, mailed_link
from tests.organizations.owning import closed_by, offer, offered_to
from tests.organizations.securing import require_factor
from tests.reading import words

pytestmark = [pytest.mark.django_db]

# Sent to every form, and wrong at each.
WRONG = {
    "addresses": "nobody, olivia.owner@example.com",
    "city": "Nowhere",
    "company": "Acme",
    "country": "US",
    "discoverability": "made-up",
    "email": "nobody",
    "grace_days": "99",
    "hours": "7",
    "last_day": "yesterday",
    "name": "",
    "permissions": "fly",
    "phone_counts": "perhaps",
    "postal_code": "1",
    "role": "queen",
    "shown": "US",
    "slug": "No slug!",
    "street_address": "",
    "vat_number": "FR1",
}
# Words of both languages, and what people have typed.
FRENCH_TOO = {
    "API",
    "Action",
    "Actions",
    "Active",
    "Admin",
    "CSV",
    "Console",
    "Cookies",
    "Description",
    "English",
    "Export",
    "Exports",
    "Français",
    "Guest",
    "Invitations",
    "Logo",
    "MFA",
    "Message",
    "Notifications",
    "Phone",
    "Python",
    "Sessions",
    "Support",
    "https://",
    "nobody",
    "queen",
}
NAME = re.compile(
    r"\S+@\S+$|(Olivia|Adam|Bella|Theo|Mia|Sam|Gina) \w+(,| \(\S+\))?$|(Acme|Rival|Vega|Gina's team)\b|acme\.example$"
    r"|cnsl_key_\w+$|Backup$|(furnished\.example|TXT|Type)$"
    # Values in the log: a kind of key, an id.
    r"|service$|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
)
POLICIES = {
    "default": ["Nouvelle organisation", "Membres", "Inviter un membre"],
    "exoscale": ["Nouvelle organisation", "Utilisateurs", "Inviter un utilisateur"],
    "ovhcloud": ["Nouvelle organisation", "Membres", "Inviter un membre", "Terminer"],
    "percona": ["Membres", "Inviter un membre", "Premiers pas", "Enregistrer"],
}


def reader(person: Person) -> Client:
    """The browser of somebody who has proven who they are, and reads French."""
    person.client.defaults["HTTP_ACCEPT_LANGUAGE"] = FRENCH["accept-language"]
    return prove(person.client)


@pytest.fixture
def acme(cast: Cast) -> Organization:
    """With one of each kind of thing in it."""
    furnish(cast.acme, cast.olivia, cast.sam)
    offer(cast)
    give(cast, "email,role", "nobody,member", "mia.member@example.com,member", "new.comer@example.com,queen")
    return cast.acme


def unmarked(alike: set[str]) -> list[str]:
    """What was perhaps never marked for translation."""
    titles = {text.removesuffix(" · Console") for text in alike}
    return sorted(text for text in titles - FRENCH_TOO if not NAME.match(text))


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_and_what_it_says_to_wrong_answers_is_french(cast: Cast, acme: Organization, method: str) -> None:
    client, data = reader(cast.olivia), WRONG if method == "post" else None
    paths = [visit.path for visit in visits("acme", ids_of(acme)) if visit.method == method.upper()]
    told = {path: untold(client, method, path, data) for path in paths}
    assert {path: english for path, (english, _alike) in told.items() if english} == {}
    assert {path: found for path, (_english, alike) in told.items() if (found := unmarked(alike))} == {}


@pytest.mark.parametrize("days", [0, 7])
@pytest.mark.parametrize("phone_counts", [True, False])
def test_what_a_rule_for_security_says_is_french(cast: Cast, days: int, *, phone_counts: bool) -> None:
    require_factor(cast, days=days, phone_counts=phone_counts)
    settings = "/o/acme/settings/security/"
    pages = [settings, f"{settings}second-factor/", f"{settings}second-factor/removal/", "/profile/security/mfa/"]
    for person, paths in ((cast.olivia, pages), (cast.mia, ["/o/acme/", *pages[-1:]])):
        told = [untold(reader(person), "get", path) for path in paths]
        assert [english for english, _alike in told if english] == []
        assert [found for _english, alike in told if (found := unmarked(alike))] == []


def test_what_people_see_of_organizations_that_are_not_theirs_is_french(cast: Cast) -> None:
    make_public(cast.acme, cast.rival)
    verified_domain(cast.acme, "acme.example", "suggest")
    sam = reader(cast.sam)
    decline(cast.olivia, ask(cast.sam), reason="Acme")
    request = ask(cast.sam, "rival", note="Rival")
    transfer = offered_to(cast.sam.user)
    closed_by(cast.sam.user)
    # What was said to the requests is read here, and does not stand on the pages below.
    sam.get(MINE)
    pages = [
        MINE,
        f"{MINE}?q=acme",
        f"{MINE}?q=nobody",
        form_for("acme"),
        form_for("rival"),
        f"{MINE}requests/{request.pk}/withdrawal/",
        f"/transfers/{transfer.pk}/",
        "/notifications/",
        "/profile/preferences/",
        "/mail/made-up/",
    ]
    for path in pages:
        for method in ("get", "post"):
            english, alike = untold(sam, method, path)
            assert english == [], path
            assert unmarked(alike) == [], path


@pytest.mark.parametrize("policy", POLICIES)
def test_each_policy_has_french_words(settings: Settings, person: Callable[..., Person], policy: str) -> None:
    settings.CONSOLE_POLICY = policy
    founder = person("vera.founder@example.com")
    stranger = reader(person("new.comer@example.com"))
    first = [*english_on(stranger, "/getting-started/"), *english_on(stranger, "/organizations/new/")]
    said = words(stranger.get("/getting-started/", follow=True)) + words(stranger.get("/organizations/new/"))
    make_team("Vega", founder)
    client = reader(founder)
    pages = [f"/o/vega/{page}" for page in ("", "members/", "members/invitations/new/", "settings/", "settings/roles/")]
    assert first + [english for path in pages for english in english_on(client, path)] == []
    said += "".join(words(client.get(path)) for path in pages)
    assert [word for word in POLICIES[policy] if word not in said] == []


def test_an_invitation_to_somebody_who_lacks_what_is_asked_for_is_french(cast: Cast) -> None:
    require_factor(cast, phone_counts=False)
    newcomer = make_person("new.comer@example.com")
    client, link = reader(newcomer), mailed_link(invite(cast, newcomer.user.email))
    for path in (link, MINE, "/notifications/"):
        assert english_on(client, path) == []
    english, alike = untold(client, "post", f"{link}acceptance/")
    assert (english, unmarked(alike)) == ([], [])
    assert "Configurez une application" in words(client.get(link))
