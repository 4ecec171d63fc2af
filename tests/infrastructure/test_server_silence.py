"""Servers that are not heard of: marked after five minutes, told of once after fifteen, settled by a heartbeat."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notification
from console.celery import SCHEDULE
from infrastructure.actions.server_silence import tell_of_silent_servers
from infrastructure.actions.servers import disconnect_server
from infrastructure.models import Server
from organizations.actions import close_organization, remove_member
from tests.cast import Cast
from tests.infrastructure.making import make_server
from tests.infrastructure.serving import connected
from tests.organizations.custom_roles import give, make
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db

KIND = "server-silent"
ADAM, THEO, MIA = "adam.admin@example.com", "theo.tech@example.com", "mia.member@example.com"


def bell(email: str) -> list[Notification]:
    return list(Notification.objects.filter(user__email=email, kind="server_silent", settled_at=None))


def test_who_connected_it_and_who_manages_servers_are_told_once_until_it_is_back(cast: Cast) -> None:
    give(cast, "mia", make(cast, "Connector", "connect_servers"))
    box = connected(cast.mia, cast.acme)
    noon = timezone.now()
    with time_machine.travel(noon, tick=False) as clock:
        clock.move_to(noon + timedelta(minutes=6))
        assert "Unreachable" in words(cast.mia.client.get("/o/acme/settings/servers/"))
        assert "Nothing is heard of this server." in words(cast.mia.client.get(f"/o/acme/settings/servers/{box.pk}/"))
        assert tell_of_silent_servers() == 0
        clock.move_to(noon + timedelta(minutes=16))
        assert tell_of_silent_servers() == 1
        assert tell_of_silent_servers() == 0
        for email in (MIA, ADAM, THEO):
            [mail] = mails_to(email, KIND)
            assert mail.subject == "Nothing is heard of Factory floor"
            assert f"/o/acme/settings/servers/{box.pk}/" in mail.text
            assert len(bell(email)) == 1
        assert mails_to("bella.billing@example.com", KIND) == []
        assert "Nothing is heard of the server Factory floor of Acme." in words(cast.mia.client.get("/notifications/"))
        assert box.beat().status_code == 200
        assert bell(MIA) == bell(ADAM) == []
        assert "Reachable" in words(cast.mia.client.get("/o/acme/settings/servers/"))
        # Silent once more, they are told once more.
        clock.move_to(noon + timedelta(minutes=40))
        assert tell_of_silent_servers() == 1
        assert len(mails_to(MIA, KIND)) == 2
        disconnect_server(server=Server.objects.get(), by=cast.mia.actor(cast.acme))
        assert bell(MIA) == bell(ADAM) == []


def test_many_that_fall_silent_together_make_one_mail_for_each_person(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    for number in range(12):
        make_server(cast.acme, f"Server {number:02}", last_seen_at=long_ago, connected_by=cast.theo.user)
    make_server(cast.rival, "Theirs", last_seen_at=long_ago)
    assert tell_of_silent_servers() == 13
    [mail] = mails_to(THEO, KIND)
    assert mail.subject == "Nothing is heard of 12 servers"
    assert "Server 09 …" in mail.text
    assert "Theirs" not in mail.text
    assert "/o/acme/settings/servers/?state=unreachable" in mail.text
    assert len(bell(THEO)) == 12
    assert [one.subject for one in mails_to("rita.rival@example.com", KIND)] == ["Nothing is heard of Theirs"]


def test_nobody_is_told_who_left_nor_in_a_closed_organization_nor_who_switched_it_off(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    make_server(cast.acme, "Left behind", last_seen_at=long_ago, connected_by=cast.theo.user)
    make_server(cast.rival, "Closed", last_seen_at=long_ago, connected_by=cast.rita.user)
    remove_member(membership=cast.theo.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    close_organization(organization=cast.rival, name="Rival", acknowledged=True, by=cast.rita.actor(cast.rival))
    assert "Servers that are not heard of" in words(cast.adam.client.get("/profile/preferences/"))
    assert tell_of_silent_servers() == 1
    assert mails_to(THEO, KIND) == mails_to("rita.rival@example.com", KIND) == []
    assert len(mails_to(ADAM, KIND)) == 1
    assert {entry["task"] for entry in SCHEDULE.values()} >= {
        "infrastructure.tell_of_silent_servers",
        "infrastructure.prune_server_tokens",
    }
