"""What of a mail is new, and which settings would lose what comes."""

import base64
from typing import Any

from console.ids import uuid7
from support.checks import check_inbound_mail
from support.quoting import reply_of
from support.reply_addresses import reply_address

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
MARK = "##- Write your answer above this line -##"
# What came, and what of it is new.
MAILS = [
    ("Yes.", "Yes."),
    ("Yes.\r\n\r\n-- \r\nMia Member\r\nAcme", "Yes."),
    ("-- \nMia", "-- \nMia"),
    (f"Oui.\n\nLe ven. 20 nov. 2026 à 10:00, Nimbus <s@example.com> a écrit :\n\n> {MARK}\n> Bonjour", "Oui."),
    (f"Ja.\n\nVon: Nimbus\nGesendet: 20.11.\nAn: mia@example.com\nBetreff: A\n\n{MARK}\n\nHallo", "Ja."),
    (f"Ok.\n\n-----Original Message-----\nFrom: Nimbus <s@example.com>\nSent: now\nTo: Mia\n\n{MARK}", "Ok."),
    (f"Ok.\n________________________________\n{MARK}\nHello", "Ok."),
    # What looks like a quotation in the middle is the writer's own.
    ("It says:\n> no\nand I say yes.", "It says:\n> no\nand I say yes."),
    ("See this:\n\n> a\n> b", "See this:"),
    ("    indented\n  less\nSince 2026 it says:\nnothing", "indented\n  less\nSince 2026 it says:\nnothing"),
    (f"{MARK}\nwritten below", ""),
    ("", ""),
]


def test_of_a_mail_what_is_new_is_read() -> None:
    for text, said in MAILS:
        assert reply_of(text) == said, text
    # What would keep a careless reader busy for hours.
    for much in ("> \n", "-", "---x-", "x", "a@b ", "From: a\n", " ", "\n"):
        reply_of(much * 1_000_000 + f"\n{MARK}")
        reply_of(f"Yes.\n{much * 5_000}:\n{MARK}")


def test_settings_that_would_lose_answers_are_named(settings: Any) -> None:
    for address, secret, wrong in (
        ("", "", []),
        ("support@example.com", SECRET, []),
        ("support@example.com", "", ["support.E001"]),
        ("support@example.com", "whsec_short", ["support.E002"]),
        ("support at example.com", SECRET, ["support.E003"]),
        ("customer-care-for-you-all@example.com", SECRET, ["support.E003"]),
    ):
        settings.SUPPORT_REPLY_ADDRESS, settings.INBOUND_MAIL_SECRET = address, secret
        assert [found.id for found in check_inbound_mail(None)] == wrong
        assert bool(reply_address(uuid7(), uuid7())) == bool(address and secret)
