"""French of API keys, of the log and its stream in each of their states, and of what the API says to people."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from audit.lines import LINES, Line
from organizations.actions import create_key, create_service_key, make_secret, revoke_key, rotate_secret
from organizations.models import ApiKey, AuditStream
from tests.cast import Cast, Person
from tests.console.french import FRENCH, english_in, english_on, said, untold
from tests.organizations.keys import pair_of
from tests.reading import body, words

pytestmark = pytest.mark.django_db

KEYS, LOG = "/o/acme/api-keys/", "/o/acme/settings/audit-log/"
STREAM = f"{LOG}stream/"
# What the schema says is English in every language, and marked as such; the frame of a page never is.
MARKED = re.compile(r'(?s)<(h2|h3|a|p|td|span)\b[^>]* lang="en"[^>]*>(.*?)</\1>')


def french(person: Person) -> Client:
    """The browser of somebody who reads French."""
    person.client.defaults["HTTP_ACCEPT_LANGUAGE"] = FRENCH["accept-language"]
    return person.client


def test_keys_in_each_state_are_french(cast: Cast) -> None:
    by, soon = cast.olivia.actor(cast.acme), timezone.localdate() + timedelta(days=3)
    pair = pair_of(cast.olivia, cast.acme)
    make_secret(key=pair, by=by)
    rotate_secret(key=pair, overlap_hours=24, by=by)
    networks = ["192.0.2.0/24", "198.51.100.7", "203.0.113.9"]
    create_key(organization=cast.acme, name="Rapport", permissions=["view_members"], networks=networks, by=by)
    create_key(organization=cast.acme, name="Synchro", expires_on=soon, by=by)
    for name in ("Copie", "Tri"):
        create_service_key(organization=cast.acme, name=name, by=by)
    revoke_key(key=ApiKey.objects.get(name="Tri"), by=by)
    ApiKey.objects.filter(name="Copie").update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=1)
    )
    client = french(cast.olivia)
    assert [english for path in (KEYS, f"{KEYS}?revoked", LOG) for english in english_on(client, path)] == []
    shown = words(client.get(KEYS))
    assert [word for word in ("Remplacement en cours", "Expire bientôt", "Depuis 3 réseaux") if word not in shown] == []
    for below in ("rotation/", "secret/", "revocation/"):
        assert untold(client, "post", f"{KEYS}{pair.pk}/{below}", {"overlap_hours": "24"})[0] == [], below


@pytest.mark.parametrize("is_on", [True, False])
def test_a_stream_that_fails_is_french(cast: Cast, *, is_on: bool) -> None:
    stream = AuditStream(organization=cast.acme, url="https://logs.example.com/", is_on=is_on)
    stream.failures, stream.failing_since = 1, timezone.now()
    stream.last_error, stream.last_status = "The receiver has a problem of its own.", 503
    stream.set_secret("whsec_made-up")
    stream.save()
    client = french(cast.adam)
    assert [english for path in (STREAM, f"{STREAM}removal/") for english in english_on(client, path)] == []
    assert "Le récepteur a lui-même un problème. (HTTP 503)" in words(client.get(STREAM))
    assert untold(client, "post", f"{STREAM}secret/")[0] == []


def test_every_line_of_the_log_is_french() -> None:
    assert [action for action, line in LINES.items() if told(line, "en") & told(line, "fr")] == []


def told(line: Line, language: str) -> set[str]:
    with override(language):
        return {str(text) for text in (line.done, line.named, line.denied) if text}


def test_the_reference_of_the_api_is_french_around_what_is_marked_as_english(client: Client) -> None:
    page = client.get("/api/v1/docs", headers=FRENCH)
    source = body(page)
    names = sorted({text for _tag, text in MARKED.findall(source)}, key=len, reverse=True)
    assert "List members" in names
    page.content = MARKED.sub("", source).encode()
    # Labels that only a screen reader says hold the name of the operation.
    rest = re.sub("|".join(map(re.escape, names)), "", said(page))
    # They stand in examples of JSON.
    examples = {"organizations", "A payment is due. Nothing new can be created or started until it is made"}
    assert set(english_in(rest)) <= examples
    assert "Ce que toutes les opérations ont en commun" in rest


def test_a_problem_is_told_to_people_in_their_language(client: Client) -> None:
    problem = client.get("/api/v1/members", headers=FRENCH).json()
    assert (problem["title"], problem["code"]) == ("La clé n\u2019est pas acceptée", "no-key")
    assert english_in(problem["detail"]) == []
