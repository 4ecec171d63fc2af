"""French of infrastructure: every page, what forms answer, each mail, and what staff see."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from infrastructure.letters import certificates, engines, servers
from outbox.models import Mail
from tests.access.test_apps_walk import INFRASTRUCTURE
from tests.accounts.signing import prove
from tests.cast import Cast, make_person
from tests.console.french import answered, english_in, english_on, said, untold
from tests.infrastructure.making import make_certificate, make_engine, make_server

pytestmark = pytest.mark.django_db

SETTINGS = "/o/acme/settings/"
# Sent to every form, and wrong at each.
WRONG = {
    "certificate": "no certificate",
    "domains": "nobody",
    "endpoint": "nowhere",
    "host": "no host",
    "name": "",
    "port": "99999",
    "region": "",
}
# What is called the same in each language, and what people and certificates are called.
ALIKE = re.compile(
    r"(API|Bucket|Console|Cookies|English|Français|Infrastructure|Notifications|PostgreSQL|Services|Version)( · |$)"
    r"|(Acme|Certificate \d|Engine|Example Authority|Olivia|RSA|Server)|\S+[.@]example\.com"
    r"|(10\.0\.0\.1:5432/data|Actions?|Export|Port|Type|console|data|https://s3\.\S+)$"
)
STAFF = ("certificate", "storageengine", "server", "servertoken")


@pytest.mark.long  # each page twice, in both languages
def test_pages_and_what_forms_answer_are_french(cast: Cast) -> None:
    olivia, visits = prove(cast.olivia.client), list(INFRASTRUCTURE.visits("acme", INFRASTRUCTURE.furnish(cast.acme)))
    pages = [visit.path for visit in visits if visit.method == "GET" and visit.name != "certificate_chain"]
    pages += [f"{SETTINGS}{page}" for page in ("storage-engines/new/?kind=s3", "certificates/new/?kind=pkcs12")]
    pages += [f"{SETTINGS}{page}/?q=nothing" for page in ("certificates", "storage-engines", "servers")]
    told = {path: untold(olivia, "get", path) for path in pages}
    assert {path: english for path, (english, _alike) in told.items() if english} == {}
    alike = {text for _english, both in told.values() for text in both}
    assert sorted(text for text in alike if not ALIKE.match(text)) == []
    answers = {visit.path: answered(olivia, "post", visit.path, WRONG) for visit in visits if visit.method == "POST"}
    assert {path: english for path, answer in answers.items() if (english := english_in(said(answer)))} == {}


def test_mails_are_french(cast: Cast) -> None:
    reader = make_person("reader@example.com", language="fr").user
    now = timezone.now()
    why = "The server is starting or stopping. Try again in a moment."
    failing = make_engine(cast.acme, health="failing", failing_since=now, problem=why)
    silent = [make_server(cast.acme, last_seen_at=now) for _number in range(2)]
    ending = [make_certificate(cast.acme, not_after=now + timedelta(hours=hours)) for hours in (-1, 1, 100)]
    for some in (ending[:1], ending[1:2], ending):
        certificates.send_ending(reader, cast.acme, some)
    engines.send_failing(reader, cast.acme, failing)
    engines.send_recovered(reader, cast.acme, failing)
    servers.send_silent(reader, cast.acme, silent[:1])
    servers.send_silent(reader, cast.acme, silent)
    mails = Mail.objects.filter(to=reader.email)
    assert mails.count() == 7
    found = {mail.subject: english_in(f"{mail.subject} · {mail.text} · {mail.html}") for mail in mails}
    assert {subject: english for subject, english in found.items() if english} == {}
    assert "2 serveurs ne donnent plus signe de vie" in found


def test_what_staff_see_is_french(cast: Cast) -> None:
    objects = INFRASTRUCTURE.furnish(cast.acme)
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    pages = [f"/admin/infrastructure/{noun}/" for noun in STAFF]
    rows = zip(STAFF, ("certificate", "engine", "server", "server_token"), strict=True)
    pages += [f"/admin/infrastructure/{noun}/{objects[name]['pk']}/change/" for noun, name in rows]
    assert [english for page in pages for english in english_on(staff, page)] == []
