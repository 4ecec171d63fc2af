"""Infrastructure where organizations and accounts end or are taken along, in the settings, and in the demo."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.actions import close_account
from accounts.portrait import parts_of
from audit.models import Event
from infrastructure import demo
from infrastructure.actions import ends
from infrastructure.models import Certificate, CertificateUse, EngineCheck, Server, ServerToken, StorageEngine
from organizations.actions import end_closed_organizations
from organizations.models import Organization
from tests.cast import Cast, Person, make_person, make_team
from tests.infrastructure.making import link, make_certificate, make_domain, make_engine, make_server
from tests.infrastructure.serving import Box, connected, token_of
from tests.organizations.owning import CLOSING, close, download_path, exported, opened
from tests.projects.making import make_project
from tests.reading import body, main_words, words

pytestmark = pytest.mark.django_db


def furnish(organization: Organization, by: Person) -> StorageEngine:
    """One of each, in use."""
    certificate = make_certificate(organization, created_by=by.user)
    CertificateUse.objects.create(certificate=certificate, domain=make_domain(organization))
    engine = make_engine(organization, created_by=by.user)
    EngineCheck.objects.create(engine=engine, milliseconds=12)
    link(make_project(organization, f"web-of-{organization.slug}"), engine)
    return engine


def test_the_settings_lead_to_all_three_for_who_may_see_them(cast: Cast) -> None:
    for person in (cast.olivia, cast.theo):
        page = body(person.client.get("/o/acme/settings/"))
        for noun in ("certificates", "storage-engines", "servers"):
            assert f"/o/acme/settings/{noun}/" in page
    assert "/o/personal/settings/servers/" in body(cast.sam.client.get("/o/personal/settings/"))
    assert "/o/acme/settings/servers/" not in body(cast.mia.client.get("/o/acme/"))


def test_the_side_bar_says_where_its_pages_stand(cast: Cast) -> None:
    make_project(cast.acme, "web")
    ways = {"settings": "settings", "settings/certificates": "settings", "settings/servers/tokens/new": "settings"}
    for page, section in {**ways, "projects/web/storage": "projects", "support/tickets": "support"}.items():
        frame, _, _ = body(cast.olivia.client.get(f"/o/acme/{page}/")).partition("<main")
        current = re.findall(r'class="sidebar-link" href="([^"]+)" aria-current="page"', frame)
        assert current == [f"/o/acme/{section}/"], page


def test_who_closes_an_organization_knows_that_it_goes_and_it_does_however_much(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Its certificates" not in main_words(cast.olivia.client.get(CLOSING))
    furnish(cast.acme, cast.theo)
    furnish(cast.rival, cast.rita)
    for _number in range(5):
        make_server(cast.acme)
    token_of(cast.theo, cast.acme)
    assert "Its certificates, storage engines and servers are not used any more" in main_words(
        cast.olivia.client.get(CLOSING)
    )
    close(cast.acme, cast.olivia)
    assert Server.objects.count() == 5
    monkeypatch.setattr(ends, "BATCH", 2)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert end_closed_organizations() == 1
    assert (Server.objects.count(), ServerToken.objects.count()) == (0, 0)
    for model in (Certificate, StorageEngine):
        assert [row.organization_id for row in model._default_manager.all()] == [cast.rival.pk]
    assert EngineCheck.objects.count() == CertificateUse.objects.count() == 1


def test_it_ends_with_a_personal_account_and_stays_where_it_was_set_up_for_others(cast: Cast) -> None:
    furnish(cast.theo.user.personal_account, cast.theo)
    furnish(cast.acme, cast.theo)
    box, token = connected(cast.theo, cast.acme), token_of(cast.theo, cast.acme)
    close_account(user=cast.theo.user, by=cast.theo.actor())
    assert [engine.created_by for engine in StorageEngine.objects.all()] == [None]
    assert box.beat().status_code == 200
    assert Server.objects.get().connected_by is None
    assert Box().connect(token).status_code == 401
    assert "somebody whose account was deleted" in words(cast.adam.client.get("/o/acme/settings/servers/"))


def test_the_exports_have_all_of_it_but_secrets(cast: Cast) -> None:
    engine = furnish(cast.acme, cast.theo)
    furnish(cast.rival, cast.rita)
    box, token = connected(cast.theo, cast.acme), token_of(cast.theo, cast.acme)
    export = exported(cast.acme, cast.adam)
    archive = opened(cast.adam.client.get(download_path(export)))

    def rows(subject: str) -> list[dict[str, Any]]:
        assert f"{subject}.csv" in archive.namelist()
        found: list[dict[str, Any]] = json.loads(archive.read(f"{subject}.json"))
        return found

    (certificate,) = rows("certificates")
    assert certificate["created_by_email"] == "theo.tech@example.com"
    assert certificate["chain"].startswith("-----BEGIN CERTIFICATE-----")
    assert rows("certificate_uses")[0]["domain_name"].endswith(".com")
    (shown,) = rows("storage_engines")
    assert (shown["id"], shown["config"]["host"]) == (str(engine.pk), "db.example.com")
    assert [row["milliseconds"] for row in rows("storage_engine_checks")] == [12]
    assert [row["project_slug"] for row in rows("project_engines")] == ["web-of-acme"]
    assert [row["name"] for row in rows("servers")] == ["Factory floor"]
    assert [bool(row["used_at"]) for row in rows("server_tokens")] == [True, False]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    secrets = [Certificate.objects.first(), engine, Server.objects.get(), ServerToken.objects.first()]
    for row, column in zip(secrets, ("sealed_key", "sealed_secret", "secret_digest", "digest"), strict=True):
        assert getattr(row, column).encode() not in everything
    for secret in ("PRIVATE KEY", "a secret of the engine", box.secret, token, "web-of-rival"):
        assert secret.encode() not in everything
    default_storage.delete(f"organization-exports/{export.file}")
    theirs = {subject: list(found) for subject, found in parts_of(cast.theo.user)}
    assert [row["id"] for row in theirs["servers_connected"]] == [Server.objects.get().pk]
    assert [row["organization_id"] for row in theirs["storage_engines_added"]] == [cast.acme.pk]
    assert (len(theirs["certificates_added"]), len(theirs["server_tokens_made"])) == (1, 2)


def test_the_demo_shows_what_is_well_and_what_needs_looking_after(db: None) -> None:
    olivia, theo, bruno = (make_person(f"{name}@example.com") for name in ("olivia.owner", "theo.tech", "bruno.silva"))
    team = make_team("Acme Robotics", olivia, {"tech": theo})
    team.memberships.model.build(organization=team, user=bruno.user, role="tech").save()
    make_project(team, "web-shop")
    for _twice in range(2):
        list(demo.build())
    assert (Certificate.objects.count(), StorageEngine.objects.count(), Server.objects.count()) == (2, 2, 2)
    at = "/o/acme-robotics/settings"
    page = words(theo.client.get(f"{at}/servers/"))
    assert "Factory floor Reachable" in page
    assert "Test stand Unreachable" in page
    assert "Made by Theo Tech" in page
    shop, other = Certificate.objects.order_by("not_after")
    assert (shop.days_left, other.days_left) in {(10, 69), (11, 70)}
    assert shop.issuer == "Console Demo Authority"
    for noun in ("certificates", "storage-engines"):
        assert theo.client.get(f"{at}/{noun}/").status_code == 200
    assert {engine.health for engine in StorageEngine.objects.all()} == {"healthy", "failing"}
    assert Event.objects.filter(action="server.connected", organization_id=team.pk).count() == 2
