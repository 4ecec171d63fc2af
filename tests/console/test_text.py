"""Text from people on one line."""

import pytest

from console.text import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Acme\r\nBcc: victim@example.com", "Acme Bcc: victim@example.com"),
        ("Acme\u2028Evil", "Acme Evil"),
        ("Acme \u202etxt.exe", "Acme txt.exe"),
        ("\u2066Acme\u2069\x00", "Acme"),
        ("  Zoë   O\u2019Brien \t", "Zoë O\u2019Brien"),
        ("👩\u200d🔬", "👩\u200d🔬"),
    ],
)
def test_what_breaks_a_line_or_turns_its_direction_is_gone(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_long_line_is_cut_and_says_so() -> None:
    assert one_line("a" * 300, 10) == "aaaaaaaaa…"
