"""The one way out: what it refuses to ask, and that whoever answers badly costs little (ATTACKS 32)."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils import timezone
from pytest_django import Settings

from console.destinations import is_public
from console.outbound import NotAllowed, NotReached, check_address, post, request
from console.refusal import Refused
from tests.fixtures.receiver import Receiver, take_request

type Talk = Callable[[Callable[[socket.socket], object]], int]
NAME = "receiver.example.com"

# Private, shared, loopback, link-local and metadata, multicast, reserved, documentation; IPv4 in IPv6 in each form.
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 -- nothing is bound to it
    "10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3",
    "169.254.169.254", "168.63.129.16", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.0.0.192", "192.88.99.1", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::1",
    "2001:0:7f00:1::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4007:80e::200e"]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Says where names lead: ``resolve("10.0.0.1", "8.8.8.8")``; the list that it returns grows with each look-up."""
    asked: list[str] = []

    def lead_to(*addresses: str) -> list[str]:
        def look_up(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
            asked.append(host)
            return [
                (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return lead_to


def test_only_the_public_internet_is_public() -> None:
    assert [address for address in NOT_PUBLIC if is_public(ip_address(address))] == []
    assert [address for address in PUBLIC if not is_public(ip_address(address))] == []


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "fd00:ec2::254", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_is_refused(resolve: Callable[..., list[str]], address: str) -> None:
    resolve(address)
    with pytest.raises(Refused, match="leads into a private network") as refusal:
        check_address(f"https://{NAME}/hook")
    assert refusal.value.field == "url"
    with pytest.raises(NotAllowed):
        post(f"https://{NAME}/hook", b"")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must begin with https"),
        ("ftp://example.com/", "must begin with https"),
        ("file:///etc/passwd", "must begin with https"),
        ("gopher://example.com/", "must begin with https"),
        ("javascript:alert(1)", "must begin with https"),
        ("https:///path", "no web address"),
        ("https://", "no web address"),
        ("https://example.com:99999/", "no web address"),
        ("https://[::1/", "no web address"),
        ("https://example.com/a b", "no web address"),
        ("https://example.com/\r\nX-Injected: 1", "no web address"),
        ("https://example.com\\@127.0.0.1/", "no web address"),
        ("https://\u0600.example/", "no web address"),
        ("https://example.com/" + "a" * 500, "no web address"),
        ("https://user:password@example.com/", "Leave the user name and the password out"),
        ("https://example.com@127.0.0.1/", "Leave the user name and the password out"),
        ("http://8.8.8.8/", "must begin with https"),
        ("https://127.0.0.1/", "private network"),
        ("https://127.1/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://0x7f000001/", "private network"),
        ("https://0177.0.0.1/", "private network"),
        ("https://[::ffff:7f00:1]/", "private network"),
        ("https://localhost:8443/", "private network"),
        ("https://\u2460\u2461\u2466.0.0.1/", "private network"),
    ],
)
def test_an_address_says_what_is_wrong_with_it(url: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check_address(url)


def test_a_name_that_nobody_knows_is_said_as_one_that_is_known_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a form does not answer which names there are in our network."""

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Refused) as unheard_of:
        check_address(f"https://{NAME}/")
    monkeypatch.undo()
    with pytest.raises(Refused) as inside:
        check_address("https://localhost/")
    assert unheard_of.value.messages == inside.value.messages
    assert "its name is unknown, or it leads into a private network" in inside.value.messages[0]


def test_what_was_checked_is_where_it_goes(resolve: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere a moment later leads nowhere: it is looked up once."""
    asked = resolve("10.0.0.1", "8.8.8.8", "2606:4700:4700::1111")
    gone_to: list[Any] = []

    def connect(_socket: socket.socket, where: Any) -> None:
        gone_to.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NotReached, match="cannot be reached"):
        post(f"https://{NAME}/", b"")
    assert asked == [NAME]
    assert gone_to == [("8.8.8.8", 443), ("2606:4700:4700::1111", 443)]


def test_a_redirect_is_an_answer_and_nothing_more(receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, f"http://127.0.0.1:{receiver.port}/inside"
    assert post(receiver.url, b"{}").status == 302
    assert [got.path for got in receiver.refused] == ["/log?token=s3cret"]


def test_it_says_who_it_is_and_nothing_of_the_environment(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert post(receiver.url, b"{}", {"X-Own": "1"}).is_success
    [got] = receiver.got
    assert got.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "accept-encoding": "identity",
        "content-length": "2",
        "user-agent": "Console-Outbound/1.0",
        "x-own": "1",
    }


@pytest.mark.parametrize("without_end", [b"a", b"HTTP/1.1 200 OK\r\nX: a", b"HTTP/1.1 200 OK\r\n\r\na"])
def test_a_receiver_that_drips_ends_at_the_deadline(may_ask_loopback: None, talker: Talk, without_end: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(without_end)
        connection.settimeout(0.05)
        while True:
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                connection.sendall(b"a")

    begun = monotonic()
    with pytest.raises(NotReached, match="did not answer in time"):
        request("GET", f"http://127.0.0.1:{talker(drip)}/", timeout=0.3)
    assert monotonic() - begun < 2


def test_one_that_never_answers_ends_too(may_ask_loopback: None, stalled_port: int) -> None:
    with pytest.raises(NotReached, match="did not answer in time"):
        post(f"http://127.0.0.1:{stalled_port}/", b"{}", timeout=0.2)
    with pytest.raises(NotReached, match="did not answer in time"):
        # TLS begins with a hello that nobody returns.
        post(f"https://127.0.0.1:{stalled_port}/", b"{}", timeout=0.2)


def test_a_look_up_that_hangs_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [over.wait(5)][:0])
    begun = monotonic()
    with pytest.raises(NotReached, match="name cannot be found"):
        post(f"https://{NAME}/", b"", timeout=0.1)
    assert monotonic() - begun < 2
    over.set()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "is not HTTP"),
        (b"", "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n", "is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000, "is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\na", ""),
    ],
)
def test_nonsense_is_said_and_no_error(may_ask_loopback: None, talker: Talk, said: bytes, sentence: str) -> None:
    port = talker(lambda connection: connection.sendall(said))
    if not sentence:
        # Cut short, it was an answer all the same.
        assert post(f"http://127.0.0.1:{port}/", b"{}").body == b"a"
        return
    with pytest.raises(NotReached, match=sentence) as problem:
        post(f"http://127.0.0.1:{port}/", b"{}")
    assert "127.0.0.1" not in str(problem.value)


def test_of_a_long_answer_the_beginning_is_kept(may_ask_loopback: None, talker: Talk) -> None:
    port = talker(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 10_000_000))
    assert post(f"http://127.0.0.1:{port}/", b"{}", keep=1000).body == b"a" * 1000


def test_plain_http_only_into_networks_of_the_setting(settings: Settings, receiver: Receiver) -> None:
    assert post(receiver.url, b"{}").is_success
    settings.OUTBOUND_ALLOWED_NETWORKS = (ip_network("10.0.0.0/8"),)
    with pytest.raises(NotAllowed, match="private network"):
        post(receiver.url, b"{}")


@pytest.fixture
def secure_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Answers one request over TLS as `NAME`, with a certificate that this process trusts."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    _certify(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            plain, _from = listener.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                take_request(connection)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
        except OSError:
            # Whoever asked does not like the certificate.
            return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(5)
    listener.close()


def _certify(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = timezone.now()
    signed = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_the_certificate_is_of_the_name_that_was_typed(
    may_ask_loopback: None, secure_port: int, resolve: Callable[..., list[str]]
) -> None:
    resolve("127.0.0.1")
    assert post(f"https://{NAME}:{secure_port}/", b"{}").body == b"OK"


def test_a_certificate_of_another_name_is_refused(
    may_ask_loopback: None, secure_port: int, resolve: Callable[..., list[str]]
) -> None:
    resolve("127.0.0.1")
    with pytest.raises(NotReached, match="does not prove who it is"):
        post(f"https://other.example.com:{secure_port}/", b"{}")
