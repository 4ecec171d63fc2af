"""Lists as people paste and upload them, and what is read from each: typed by hand."""

import pytest
from django.core.exceptions import ValidationError

from organizations.actions.invitations.batches import Entry
from organizations.forms.sheets import read_csv, read_lines, read_text, write_text

ADA, BOB = "ada@example.com", "bob@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com\nbob@example.com",
        "ada@example.com\r\n\r\n  bob@example.com  \r\n",
        "ada@example.com, bob@example.com",
        "ada@example.com;bob@example.com;",
        "ada@example.com\tbob@example.com",
        "Ada Lovelace <ada@example.com>, Bob <bob@example.com>",
        '"Lovelace, Ada" <ada@example.com>; "Bob; Esq." <bob@example.com>',
        "<ada@example.com>\n'bob@example.com'",
    ],
)
def test_addresses_are_found_however_they_are_pasted(text: str) -> None:
    assert [(entry.number, entry.email) for entry in read_lines(text)] == [(1, ADA), (2, BOB)]


def test_what_is_no_address_stays_as_it_was_written() -> None:
    assert [entry.email for entry in read_lines("nobody\na b@example.com\nx < y")] == [
        "nobody",
        "a b@example.com",
        "x < y",
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("email,role\nada@example.com,tech", [(ADA, "tech", "")]),
        ("E-mail;Note\r\nada@example.com;Hello\r\n", [(ADA, "", "Hello")]),
        # No names of columns alone: addresses, right or wrong.
        ("mail, ada@example.com\nbob@example.com", [("mail", "", ""), (ADA, "", ""), (BOB, "", "")]),
        ("email\nada@example.com, bob@example.com", [("email", "", ""), (ADA, "", ""), (BOB, "", "")]),
        ("", []),
    ],
)
def test_a_table_can_be_pasted_too(text: str, rows: list[tuple[str, str, str]]) -> None:
    assert [(e.email, e.role, e.note) for e in read_text(text)] == rows


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([(ADA, "", ""), ("nobody", "", "")], "ada@example.com\nnobody"),
        ([(ADA, "Tech", "Two\nlines"), ("", "", "x")], 'email,role,note\nada@example.com,Tech,"Two\nlines"\n,,x\n'),
        # What would be read as two addresses is written so that it is not.
        ([(ADA, "", ""), ("bob,b@x", "", "")], 'email,role,note\nada@example.com,,\n"bob,b@x",,\n'),
    ],
)
def test_what_was_read_is_written_to_be_read_again(rows: list[tuple[str, str, str]], text: str) -> None:
    entries = [Entry(number=n, email=email, role=role, note=note) for n, (email, role, note) in enumerate(rows, 1)]
    assert write_text(entries) == text
    assert [(e.email, e.role, e.note) for e in read_text(text)] == rows


def test_a_text_made_to_take_long_does_not() -> None:
    for text in ('"' * 200_000, "<" * 200_000, '"<' * 100_000, "a" * 200_000, "," * 200_000):
        assert len(read_lines(text)) <= 5_001


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"ada@example.com,tech,Hello\nbob@example.com,,\n", [(1, ADA, "tech", "Hello"), (2, BOB, "", "")]),
        (b"email,role,note\nada@example.com,tech,Hello\n", [(2, ADA, "tech", "Hello")]),
        (b"Role;Name;E-mail\r\nTech;Ada;ada@example.com\r\n", [(2, ADA, "Tech", "")]),
        (b"\xef\xbb\xbfemail;role\nada@example.com;admin\n", [(2, ADA, "admin", "")]),
        ("email;note\nada@example.com;Déjà vu\n".encode("latin-1"), [(2, ADA, "", "Déjà vu")]),
        (b'email,note\nada@example.com,"Two\nlines, and a comma"\n', [(2, ADA, "", "Two\nlines, and a comma")]),
        (b"email\trole\nada@example.com\ttech", [(2, ADA, "tech", "")]),
        (b"ada@example.com\n\n,,\nbob@example.com\n", [(1, ADA, "", ""), (4, BOB, "", "")]),
        (b"Ada <ada@example.com>,tech\n", [(1, ADA, "tech", "")]),
        (b"email,role\nada@example.com\n,tech\n", [(2, ADA, "", ""), (3, "", "tech", "")]),
    ],
)
def test_rows_are_read_as_spreadsheets_write_them(data: bytes, rows: list[tuple[int, str, str, str]]) -> None:
    assert [(e.number, e.email, e.role, e.note) for e in read_csv(data)] == rows


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00\x06\x00",
        "ada@example.com".encode("utf-16"),
        b"\x89PNG\r\n\x1a\n",
        b"first,last\nAda,Lovelace\n",
        b'"' + b"a" * 200_000,
        b"\n\n\n",
    ],
)
def test_what_is_no_csv_says_so(data: bytes) -> None:
    with pytest.raises(ValidationError, match="This is not a CSV file with addresses"):
        read_csv(data)
