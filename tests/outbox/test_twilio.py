"""Text messages through Twilio, or what answers as Twilio does, on a port of this machine."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from pytest_django import Settings

from outbox import gateways
from outbox.gateways import NotSent, NotSentForGood, twilio

NUMBER = "+33612345678"


class Twilio(ThreadingHTTPServer):
    """Notes what it is asked, and answers ``status`` and ``body``."""

    status = 201
    body = json.dumps({"sid": "SM1", "status": "queued"})

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, list[str]]]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    def refuse(self, status: int, code: int) -> None:
        """From now on answer with one of Twilio's errors."""
        self.status = status
        self.body = json.dumps({"code": code, "message": f"{NUMBER} will not do", "status": status})


class Handler(BaseHTTPRequestHandler):
    server: Twilio

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        credentials = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        self.server.requests.append((self.path, credentials, form))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(settings: Settings) -> Iterator[Twilio]:
    with Twilio() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.SMS_GATEWAY = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC123", "secret"
        settings.TWILIO_FROM = "+33600000000"
        settings.TWILIO_URL = f"http://127.0.0.1:{server.server_port}"
        yield server
        server.shutdown()
        thread.join()


def send() -> None:
    gateways.current().send(NUMBER, "123456 is your code. é")


def test_a_message_is_one_post_with_the_number_the_sender_and_the_text(server: Twilio) -> None:
    send()
    [(path, credentials, form)] = server.requests
    assert path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert credentials == "AC123:secret"
    assert form == {"To": [NUMBER], "From": ["+33600000000"], "Body": ["123456 is your code. é"]}


def test_a_messaging_service_sends_in_its_own_name(server: Twilio, settings: Settings) -> None:
    settings.TWILIO_FROM = "MG123"
    send()
    [(_path, _credentials, form)] = server.requests
    assert form["MessagingServiceSid"] == ["MG123"]
    assert "From" not in form


@pytest.mark.parametrize("code", [21211, 21408, 21610, 21612, 21614])
def test_a_number_that_twilio_refuses_is_refused_for_good(server: Twilio, code: int) -> None:
    server.refuse(400, code)
    with pytest.raises(NotSentForGood) as refusal:
        send()
    assert refusal.value.code == code
    assert NUMBER not in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (401, 20003, "The text message gateway does not accept our sign-in."),
        (403, 20003, "The text message gateway does not accept our sign-in."),
        (429, 20429, "The text message gateway is asked too often."),
        (400, 21606, "The text message gateway did not take the message."),
        (500, 20500, "The text message gateway did not take the message."),
        (302, 0, "The text message gateway did not take the message."),
    ],
)
def test_what_is_not_the_numbers_fault_is_tried_again(server: Twilio, status: int, code: int, sentence: str) -> None:
    server.refuse(status, code)
    with pytest.raises(NotSent, match=sentence) as failure:
        send()
    assert not isinstance(failure.value, NotSentForGood)
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", ["", "<html>Bad gateway</html>", "[]", '{"code": "21211"}', "null"])
def test_an_answer_that_is_not_twilios_is_a_failure_for_now(server: Twilio, body: str) -> None:
    server.status, server.body = 502, body
    with pytest.raises(NotSent) as failure:
        send()
    assert not isinstance(failure.value, NotSentForGood)
    assert failure.value.code == 502


def test_a_gateway_that_nobody_answers_for_is_tried_again(
    server: Twilio, settings: Settings, refused_port: int, stalled_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TWILIO_URL = f"http://127.0.0.1:{refused_port}"
    with pytest.raises(NotSent, match="cannot be reached"):
        send()
    monkeypatch.setattr(twilio, "TIME_OUTS", (0.2, 0.2))
    settings.TWILIO_URL = f"http://127.0.0.1:{stalled_port}"
    with pytest.raises(NotSent, match="does not answer"):
        send()


def test_it_gives_up_before_its_task_is_killed() -> None:
    assert sum(twilio.TIME_OUTS) < 20
