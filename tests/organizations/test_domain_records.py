"""The record that proves a domain, as DNS answers it: over UDP and TCP, in strings, by aliases, and on bad days."""

import time

import pytest
from pytest_django import Settings

from organizations import dns
from organizations.dns import look_up
from organizations.models.domain import Problem
from tests.fixtures.nameserver import NameServer

NAME = "_console-verification.acme.example"
VALUE = "console-verification=Abc-123"


def problem_of(name: str, value: str) -> str:
    """What a look-up found instead of the record; empty where it is there."""
    return look_up(name, value).problem or ""


def test_the_record_is_found_among_others(nameserver: NameServer) -> None:
    nameserver.say(NAME, "v=spf1 -all", VALUE)
    assert problem_of(NAME, VALUE) == ""
    # Names have no case in DNS, tokens do.
    assert problem_of(NAME.upper(), VALUE) == ""
    assert problem_of(NAME, VALUE.lower()) == "other_record"


@pytest.mark.parametrize(
    "record",
    [[b"console-verifi", b"cation=Abc-123"], f' "{VALUE}" ', [b"", VALUE.encode(), b""]],
    ids=["in strings", "in quotation marks", "with empty strings"],
)
def test_it_may_be_written_in_several_ways(nameserver: NameServer, record: str | list[bytes]) -> None:
    nameserver.say(NAME, record)
    assert problem_of(NAME, VALUE) == ""


def test_a_text_of_several_strings_of_255_bytes_is_one(nameserver: NameServer) -> None:
    long = "x" * 700
    nameserver.say(NAME, long)
    assert problem_of(NAME, long) == ""


def test_an_answer_too_long_for_udp_is_asked_for_over_tcp(nameserver: NameServer) -> None:
    nameserver.say(NAME, *(f"filler {number} {'x' * 200}" for number in range(30)), VALUE)
    assert problem_of(NAME, VALUE) == ""
    assert [way for way, _name in nameserver.asked] == ["udp", "tcp"]


def test_an_alias_is_followed(nameserver: NameServer) -> None:
    nameserver.aliases[NAME] = "proofs.acme.example"
    nameserver.say("proofs.acme.example", VALUE)
    assert problem_of(NAME, VALUE) == ""
    nameserver.forget("proofs.acme.example")
    assert problem_of(NAME, VALUE) == "no_name"


def test_what_is_there_instead_is_said_in_part_and_made_harmless(nameserver: NameServer) -> None:
    assert look_up(NAME, VALUE) == dns.Finding(problem=Problem.NO_NAME)
    nameserver.say(NAME)
    assert look_up(NAME, VALUE) == dns.Finding(problem=Problem.NO_RECORD)
    nameserver.say(NAME, [b"<script>\r\n\xe2\x80\xae\x00\xff", b"y" * 255])
    found = look_up(NAME, VALUE)
    assert found.problem == "other_record"
    assert found.said.startswith("<script> ")
    assert len(found.said) == 100
    assert found.said.isprintable()


@pytest.mark.parametrize("code", ["SERVFAIL", "REFUSED", "FORMERR", "NOTIMP", "YXDOMAIN"])
def test_a_server_that_fails_says_nothing_of_the_name(nameserver: NameServer, code: str) -> None:
    nameserver.fails = code
    assert problem_of(NAME, VALUE) == "no_answer"


@pytest.mark.parametrize("nonsense", [b"", b"\x00", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 400])
def test_what_is_no_answer_is_none(nameserver: NameServer, nonsense: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "LIFETIME", 0.1)
    nameserver.nonsense = nonsense
    assert problem_of(NAME, VALUE) == "no_answer"


def test_a_silent_server_ends_in_time(nameserver: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dns.LIFETIME == 5
    monkeypatch.setattr(dns, "LIFETIME", 0.2)
    nameserver.is_silent = True
    began = time.monotonic()
    assert problem_of(NAME, VALUE) == "no_answer"
    assert time.monotonic() - began < 1


def test_servers_are_named_with_or_without_a_port(
    nameserver: NameServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameserver.say(NAME, VALUE)
    monkeypatch.setattr(dns, "TIMEOUT", 0.1)
    # Nobody listens at the first; the second is asked.
    settings.DNS_SERVERS = ["127.0.0.1:1", nameserver.address]
    assert problem_of(NAME, VALUE) == ""
    settings.DNS_SERVERS = ["not a server"]
    assert problem_of(NAME, VALUE) == "no_answer"
    ports = [(server.address, server.port) for server in map(dns.server_at, ["10.0.0.2", "[fd00::2]:5353", "fd00::2"])]
    assert ports == [("10.0.0.2", 53), ("fd00::2", 5353), ("fd00::2", 53)]


def test_no_name_is_too_odd_to_be_asked_for(nameserver: NameServer) -> None:
    for name in ("", ".", "a" * 64 + ".example", "_console-verification." + "a." * 130, "ä.example"):
        assert problem_of(name, VALUE) in {"no_answer", "no_name"}
