"""S3 engines against a server that speaks S3 (moto's), and against those that do not."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import count
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import pytest

from console import outbound
from infrastructure.connecting import s3, try_engine
from infrastructure.connecting.findings import NOBODY, NOT_ENCRYPTED, SILENT, UNREACHABLE

NUMBERS = count(1)
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def bucket_at(endpoint: str, **different: Any) -> dict[str, Any]:
    usual = {
        "region": "us-east-1",
        "bucket": "console-data",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "path_style": True,
    }
    return {"endpoint": endpoint, **usual, **different}


def found(config: dict[str, Any], secret: str = SECRET, deadline_seconds: float = 5.0) -> tuple[str, str]:
    finding = try_engine("s3", config, secret, deadline_seconds=deadline_seconds)
    return finding.stage, finding.sentence


@pytest.fixture
def storage(s3_server: str, may_ask_loopback: None) -> Iterator[str]:
    """A server with one empty bucket, `console-data`."""
    outbound.request("PUT", f"{s3_server}/console-data")
    yield s3_server
    outbound.request("POST", f"{s3_server}/moto-api/reset")


def test_it_writes_reads_and_deletes_and_leaves_nothing(storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    request = outbound.request

    def listening(method: str, url: str, **more: Any) -> outbound.Answer:
        asked.append((method, url))
        return request(method, url, **more)

    monkeypatch.setattr(outbound, "request", listening)
    finding = try_engine("s3", bucket_at(storage), SECRET)
    assert (finding.is_fine, finding.said) == (True, "")
    assert [method for method, _url in asked] == ["PUT", "GET", "DELETE"]
    assert {re.sub("[0-9a-f]{32}$", "", url) for _method, url in asked} == {f"{storage}/console-data/.console-check/"}
    listing = request("GET", f"{storage}/console-data?list-type=2").body
    assert b"<KeyCount>0</KeyCount>" in listing


def test_a_bucket_that_is_not_there(storage: str) -> None:
    assert found(bucket_at(storage, bucket="another-one")) == ("rights", s3.NO_BUCKET)


@pytest.fixture
def guarded(storage: str) -> Iterator[Callable[[str], tuple[str, str]]]:
    """The same server with signatures and rights checked: makes a user who may do what is said, as id and secret."""

    def make(allowed: str) -> tuple[str, str]:
        name = f"user{next(NUMBERS)}"
        _iam(storage, Action="CreateUser", UserName=name)
        key = _iam(storage, Action="CreateAccessKey", UserName=name)
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}
        _iam(storage, Action="PutUserPolicy", UserName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
        outbound.request("POST", f"{storage}/moto-api/reset-auth", body=b"0")
        pk, secret = re.findall(r"<(?:AccessKeyId|SecretAccessKey)>([^<]+)<", key)
        return pk, secret

    yield make
    outbound.request("POST", f"{storage}/moto-api/reset-auth", body=b"inf")


def _iam(server: str, **asked: str) -> str:
    """Ask for something of IAM; nothing is checked yet."""
    credential = "Credential=nobody/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 {credential}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = outbound.post(f"{server}/", urlencode({**asked, "Version": "2010-05-08"}).encode(), headers)
    assert answer.is_success, answer.body
    return answer.body.decode()


def test_the_signature_is_right_and_what_is_wrong_is_told_apart(
    storage: str, guarded: Callable[[str], tuple[str, str]]
) -> None:
    key, secret = guarded("s3:*")
    here = bucket_at(storage, access_key_id=key)
    assert found(here, secret) == ("", "")
    assert found(here, "another") == ("sign_in", s3.WRONG_SECRET)
    assert found(here | {"access_key_id": "AKIAIOSFODNN7EXAMPLE"}, secret) == ("sign_in", s3.WRONG_KEY)


def test_what_the_key_may_not_do(storage: str, guarded: Callable[[str], tuple[str, str]]) -> None:
    key, secret = guarded("s3:GetObject")
    assert found(bucket_at(storage, access_key_id=key), secret) == ("rights", s3.NOT_WRITABLE)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, b"", ("rights", s3.NOT_WRITABLE)),
        (403, b"<Error><Code>RequestTimeTooSkewed</Code></Error>", ("sign_in", s3.WRONG_TIME)),
        (400, b"<Error><Code>AuthorizationHeaderMalformed</Code></Error>", ("sign_in", s3.WRONG_REGION)),
        (301, b"<Error><Code>PermanentRedirect</Code></Error>", ("network", s3.MOVED)),
        (503, b"<Error><Code>SlowDown</Code></Error>", ("network", s3.IN_TROUBLE)),
        (405, b"<h1>Not here</h1>", ("network", s3.NOT_S3)),
        # A web site that says yes to everything.
        (200, b"<h1>Welcome</h1>", ("rights", s3.NOT_KEPT)),
    ],
)
def test_what_is_answered_instead(
    answering: Callable[..., int], status: int, body: bytes, expected: tuple[str, str]
) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    assert found(bucket_at(f"http://127.0.0.1:{answering(answer)}")) == expected


def test_a_redirect_to_the_metadata_service_is_not_followed(answering: Callable[..., int]) -> None:
    asked: list[bytes] = []

    def send_on(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        where = b"http://169.254.169.254/latest/meta-data/"
        connection.sendall(b"HTTP/1.1 307 Go\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n")

    assert found(bucket_at(f"http://127.0.0.1:{answering(send_on)}")) == ("network", s3.MOVED)
    assert len(asked) == 1


def test_who_takes_it_and_never_answers_is_left_in_time(may_ask_loopback: None, stalled_port: int) -> None:
    began = monotonic()
    assert found(bucket_at(f"http://127.0.0.1:{stalled_port}"), deadline_seconds=0.3) == ("network", SILENT)
    assert monotonic() - began < 3


def test_nobody_there_and_addresses_that_are_nobodys_business(
    may_ask_loopback: None, refused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(bucket_at(f"http://127.0.0.1:{refused_port}")) == ("network", UNREACHABLE)
    for endpoint in ("http://169.254.169.254", "https://10.0.0.1", "https://[fd00::1]"):
        assert found(bucket_at(endpoint)) == ("name", NOBODY)
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    assert found(bucket_at("https://s3.example.com", path_style=False)) == ("name", NOBODY)


def test_who_is_not_encrypted_is_not_said_to_need_an_authority_for_which_there_is_no_field(
    may_ask_loopback: None, answering: Callable[..., int]
) -> None:
    def speak_plainly(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    assert found(bucket_at(f"https://127.0.0.1:{answering(speak_plainly)}")) == ("tls", s3.NOT_PROVEN)


def test_plain_http_only_where_the_operator_said_so(public_names: None) -> None:
    assert found(bucket_at("http://s3.example.com")) == ("tls", NOT_ENCRYPTED)


def test_the_bucket_stands_in_the_path_or_in_the_name() -> None:
    endpoint = "https://s3.example.com:9000"
    assert s3.address_of(bucket_at(endpoint)) == "https://s3.example.com:9000/console-data/"
    assert s3.address_of(bucket_at(endpoint, path_style=False)) == "https://console-data.s3.example.com:9000/"


def test_a_mistake_of_ours_is_no_error_page(caplog: pytest.LogCaptureFixture) -> None:
    finding = try_engine("s3", {"endpoint": "https://s3.example.com"}, SECRET)
    assert (finding.stage, finding.is_fine) == ("network", False)
    assert SECRET not in caplog.text
