"""Servers on their pages: the list, one of them, connection tokens, disconnecting (issue 8, Deliver 4; text 003)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from audit.models import Event
from infrastructure.actions.server_tokens import prune_tokens
from infrastructure.models import Server, ServerToken
from organizations.actions import suspend_organization
from organizations.actors import Actor
from outbox.models import Mail
from tests.cast import Cast, Person, make_person, make_team
from tests.infrastructure.making import make_server
from tests.infrastructure.serving import Box, connected, token_of, token_on_page
from tests.organizations.custom_roles import give, make
from tests.reading import body, main_words, words, words_at

pytestmark = pytest.mark.django_db

LIST = "/o/acme/settings/servers/"
NEW = "/o/acme/settings/servers/tokens/new/"


def page_of(person: Person, box: Box) -> str:
    return main_words(person.client.get(f"{LIST}{box.pk}/"))


def disconnect(person: Person, pk: object) -> Any:
    return person.client.post(f"{LIST}{pk}/disconnection/")


def test_a_member_connects_a_server_with_a_token_that_a_page_shows_once(cast: Cast) -> None:
    theo = cast.theo.client
    assert "No server is connected yet" in words(theo.get(LIST))
    assert "See servers" not in words(theo.get(NEW))
    token = token_on_page(cast.theo)
    assert token not in body(theo.get(LIST))
    waiting = words_at(theo.get(LIST), "id", "tokens")
    assert "Made by Theo Tech" in waiting
    assert "expires in 29 minutes" in waiting or "expires in 30 minutes" in waiting
    box = Box()
    answer = box.connect(token)
    assert answer.status_code == 201
    assert answer.json()["heartbeats"] == f"http://localhost:8000/api/v1/servers/{box.pk}/heartbeats"
    listed = main_words(theo.get(LIST))
    assert "Factory floor Reachable 3.1.0" in listed
    assert "Connection tokens" not in listed
    shown = page_of(cast.theo, box)
    for said in ("3.1.0", "https://pmm.example.com/", "pmm-1", "Theo Tech"):
        assert said in shown
    assert f'data-copy="{box.pk}"' in body(theo.get(f"{LIST}{box.pk}/"))
    assert box.secret not in body(theo.get(f"{LIST}{box.pk}/"))
    assert 'href="https://pmm.example.com/" rel="noopener noreferrer nofollow"' in body(theo.get(f"{LIST}{box.pk}/"))
    event = Event.objects.get(action="server.connected")
    assert (event.actor_id, event.organization_id) == (cast.theo.user.pk, cast.acme.pk)
    # Where the server is, not where Theo was.
    assert event.detail.address == "127.0.0.1"


def give_connecting(cast: Cast, *people: Person) -> None:
    """A role that connects servers and manages none: who sees them by a role of the policy manages them, too."""
    role = make(cast, "Connector", "connect_servers")
    for person in people:
        give(cast, person.user.first_name.lower(), role)


def test_a_token_is_revoked_by_its_maker_or_by_who_manages_servers_and_by_nobody_else(cast: Cast) -> None:
    give_connecting(cast, cast.mia, cast.bella)
    token = token_of(cast.mia, cast.acme)
    address = f"{LIST}tokens/{ServerToken.objects.get().pk}/revocation/"
    assert address not in body(cast.bella.client.get(LIST))
    page = words(cast.bella.client.post(address, follow=True))
    assert "Somebody else made this token. Ask them, or who manages servers." in page
    assert address in body(cast.mia.client.get(LIST))
    assert "The connection token is revoked." in words(cast.theo.client.post(address, follow=True))
    assert Box().connect(token).json()["code"] == "wrong-token"
    # A second press, and somebody of another organization.
    assert cast.theo.client.post(address).status_code == 404
    assert cast.rita.client.post(address).status_code == 404


def test_a_member_has_ten_tokens_that_work_at_most_and_old_ones_make_room(cast: Cast) -> None:
    tokens = [token_of(cast.theo, cast.acme) for _number in range(10)]
    refused = cast.theo.client.post(NEW, follow=True)
    assert "You have 10 connection tokens that still work. Use one, or revoke some." in words(refused)
    assert ServerToken.objects.count() == 10
    assert Box().connect(tokens[0]).status_code == 201
    token_on_page(cast.theo)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert "Connection tokens" not in words(cast.theo.client.get(LIST))
        token_on_page(cast.theo)
        assert prune_tokens() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert prune_tokens() == 12


def test_who_connected_a_server_disconnects_it_and_others_need_to_manage_them(cast: Cast) -> None:
    give_connecting(cast, cast.mia, cast.bella)
    first, second = (connected(cast.mia, cast.acme, id=name, name=name) for name in ("one", "two"))
    assert "Disconnect" not in page_of(cast.bella, first)
    assert disconnect(cast.bella, first.pk).status_code == 403
    assert first.beat().status_code == 200
    question = words(cast.mia.client.get(f"{LIST}{first.pk}/disconnection/"))
    assert "Disconnect one?" in question
    assert first.beat().status_code == 200
    assert "one is disconnected." in words(disconnect(cast.mia, first.pk).client.get(LIST))
    assert (first.beat().status_code, first.beat().json()["code"]) == (401, "not-connected")
    disconnect(cast.theo, second.pk)
    assert second.beat().status_code == 401
    # An old tab.
    assert disconnect(cast.theo, second.pk).status_code == 404
    assert Event.objects.filter(action="server.disconnected", outcome="done").count() == 2


def test_a_server_of_another_organization_is_not_there(cast: Cast) -> None:
    theirs = make_server(cast.rival, "Theirs")
    for path in (f"{LIST}{theirs.pk}/", f"{LIST}{theirs.pk}/disconnection/", f"{LIST}{uuid4()}/"):
        assert cast.olivia.client.get(path).status_code == 404
    assert disconnect(cast.olivia, theirs.pk).status_code == 404
    assert "Theirs" not in words(cast.olivia.client.get(LIST))
    assert Server.objects.filter(pk=theirs.pk).exists()


def test_the_list_is_searched_filtered_and_sorted(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(minutes=6)
    make_server(cast.acme, "Alpha", url="https://berlin.example.com/", last_seen_at=long_ago)
    make_server(cast.acme, "Beta", external_id="pmm-berlin")
    make_server(cast.acme, "Gamma", last_seen_at=timezone.now() - timedelta(minutes=4))

    def named(query: str) -> list[str]:
        return re.findall(r">(Alpha|Beta|Gamma)</a></th>", body(cast.theo.client.get(f"{LIST}?{query}")))

    assert named("") == ["Alpha", "Beta", "Gamma"]
    assert named("q=BERLIN") == ["Alpha", "Beta"]
    assert named("state=unreachable") == ["Alpha"]
    assert named("state=reachable") == ["Beta", "Gamma"]
    assert named("state=nonsense&sort=-name") == ["Gamma", "Beta", "Alpha"]
    assert named("sort=seen") == ["Alpha", "Gamma", "Beta"]
    assert named("q=nobody%00") == []
    assert "No server matches" in words(cast.theo.client.get(f"{LIST}?q=nobody"))
    fragment = body(cast.theo.client.get(f"{LIST}?q=berlin", headers={"HX-Request": "true", "HX-Target": "servers"}))
    assert ("<html" in fragment, "Alpha" in fragment) == (False, True)


def test_while_suspended_nothing_is_connected_and_the_rest_goes_on(cast: Cast) -> None:
    box, token = connected(cast.theo, cast.acme), token_of(cast.theo, cast.acme)
    suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
    assert cast.theo.client.post(NEW).status_code == 403
    assert "Connect server" not in main_words(cast.theo.client.get(LIST))
    refused = Box().connect(token, id="another")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission")
    assert "A payment is due." in refused.json()["detail"]
    assert box.beat().status_code == 200
    disconnect(cast.theo, box.pk)
    assert box.beat().status_code == 401


def test_under_percona_they_are_pmm_servers_that_a_technical_user_connects(
    install: Callable[[str], None], db: None
) -> None:
    """Text 003: *Connect PMM server*, for Admins and for Technical users."""
    install("percona")
    adam, tara = make_person("adam.admin@example.com"), make_person("tara.technical@example.com")
    acme = make_team("Acme", adam, {"technical": tara})
    page = words(tara.client.get(LIST))
    assert "PMM servers" in page
    assert "Connect PMM server" in page
    assert "PMM servers" in words(tara.client.get("/o/acme/settings/"))
    box = Box()
    box.connect(token_on_page(tara))
    theirs = connected(adam, acme, id="pmm-2", name="Adam's")
    assert disconnect(tara, theirs.pk).status_code == 403
    assert disconnect(tara, box.pk).status_code == 302
    assert not Mail.objects.exists()


def test_staff_find_servers_and_disconnect_one_with_a_reason(cast: Cast) -> None:
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    box = connected(cast.theo, cast.acme)
    at = "/admin/infrastructure/server/"
    assert "Factory floor" in words(stella.client.get(f"{at}?q=pmm.example"))
    page = body(stella.client.get(f"{at}{box.pk}/change/"))
    assert Server.objects.get().secret_digest not in page
    assert ServerToken.objects.get().digest not in body(stella.client.get("/admin/infrastructure/servertoken/"))
    chosen = {"action": "disconnect", "_selected_action": [box.pk]}
    assert "Say why" in words(stella.client.post(at, chosen, follow=True))
    assert box.beat().status_code == 200
    answer = stella.client.post(at, {**chosen, "reason": "It floods us."}, follow=True)
    assert "1 server is disconnected." in words(answer)
    assert box.beat().status_code == 401
    log = words(cast.olivia.client.get("/o/acme/settings/audit-log/"))
    assert "Disconnected the server Factory floor" in log
    assert "Servers: 0" in words(stella.client.get(f"/admin/organizations/organization/{cast.acme.pk}/change/"))
