"""The harness itself: each fixture does what its docstring says."""

import smtplib
import socket
import time
from email.message import EmailMessage

import pytest
import redis
from django.db import connection
from playwright.sync_api import Page

from tests.fixtures.network import MailServer
from tests.harness.servers import Redis


@pytest.mark.embedded
def test_the_database_is_empty_and_migrated(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0


@pytest.mark.embedded
def test_addresses_beyond_loopback_are_closed() -> None:
    with pytest.raises(RuntimeError, match="socket"), pytest.warns(match="socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.embedded
def test_sleeping_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="sleeps"):
        time.sleep(0.01)


def test_mail_is_received_and_the_server_can_be_down(smtp_server: MailServer) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Grüße"
    message.set_content("Hello")
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as client:
        client.send_message(message)
    assert smtp_server.wait_for("b@example.com").get_content().strip() == "Hello"
    assert smtp_server.summary() == ["b@example.com: Grüße"]

    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", smtp_server.port)
    smtp_server.start()

    smtp_server.answer = "451 Try later"
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as client, pytest.raises(smtplib.SMTPDataError):
        client.send_message(message)
    assert len(smtp_server.messages) == 1


def test_redis_is_ours_and_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_a_redis_of_ones_own_stops_and_starts(own_redis: Redis) -> None:
    assert own_redis.answers()
    own_redis.stop()
    assert not own_redis.answers()
    own_redis.start()
    assert own_redis.answers()


def test_a_stalled_port_connects_and_stays_silent(stalled_port: int) -> None:
    with socket.create_connection(("127.0.0.1", stalled_port), timeout=0.2) as connection:
        connection.sendall(b"PING\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.browser
def test_the_browser_opens_a_page(page: Page) -> None:
    page.set_content("<h1>Console</h1>")
    assert page.get_by_role("heading").inner_text() == "Console"
