"""A sheet of A4 with our type and lines; what stands on it is decided elsewhere (invoices)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from fpdf import FPDF
from fpdf.fonts import TTFFont

from billing.pdf.fonts import TEXT, add_fonts, is_shaped
from console.text import one_line

type Align = Literal["L", "R"]

# Millimetres.
LEFT, TOP, WIDTH, HEIGHT, BOTTOM = 20.0, 20.0, 170.0, 297.0, 26.0
RIGHT = LEFT + WIDTH
# A line of text of ten points, and of eight.
LINE, SMALL_LINE = 5.0, 4.2
# Points.
SMALL, NORMAL, LARGE, HUGE = 8.0, 9.5, 12.0, 20.0
# As in the console's light theme: ink, what is beside it, hairlines.
INK, MUTED, HAIRLINE = 24, 105, 215
# What begins again on each page is cut at that: nobody has a name of so many letters.
LONGEST = 400
# In French amounts; not every font has it.
_NARROW_SPACE, _SPACE = "\u202f", "\u00a0"


def plain(text: str) -> str:
    """Text as it is drawn: one line, without marks that turn its direction (ATTACKS: names that read as others)."""
    return one_line(text.replace(_NARROW_SPACE, _SPACE), LONGEST)


class Sheet(FPDF):
    """Pages of A4; the same calls make the same bytes.

    ``text``: all that will be written, for the fonts; ``made_at``: what the file says of when it was made.
    """

    def __init__(self, *, text: str, title: str, author: str, language: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.set_margins(LEFT, TOP, 210 - RIGHT)
        self.set_auto_page_break(auto=False)
        add_fonts(self, text)
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        self.set_creation_date(made_at)
        self.set_draw_color(HAIRLINE)
        self.set_line_width(0.2)

    def close_fonts(self) -> None:
        """Close the files of its fonts, which stay open until then; nothing can be drawn afterwards."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def put(
        self, x: float, y: float, text: str, *, width: float = WIDTH, size: float = NORMAL, bold: bool = False,
        ink: int = INK, align: Align = "L",
    ) -> None:  # fmt: skip
        """Write one line at a place; ``width``: within which it is aligned."""
        text = plain(text)
        self._choose(text, size, bold=bold, ink=ink)
        self.set_xy(x, y)
        self.cell(width, LINE, text, align=align)

    def put_lines(
        self, x: float, y: float, text: str, *, width: float, size: float = NORMAL, bold: bool = False, ink: int = INK
    ) -> float:
        """Write text in as many lines as it takes; the place below them."""
        # Each as a cell: the package draws the second of several lines in the font with which the first one ended.
        for line in self._broken(text, width=width, size=size, bold=bold):
            self.put(x, y, line, width=width, size=size, bold=bold, ink=ink)
            y += line_of(size)
        return y

    def height_of(self, text: str, *, width: float, size: float = NORMAL, bold: bool = False) -> float:
        """How much room text takes in a column."""
        return len(self._broken(text, width=width, size=size, bold=bold)) * line_of(size)

    def _broken(self, text: str, *, width: float, size: float, bold: bool) -> list[str]:
        text = plain(text)
        self._choose(text, size, bold=bold, ink=INK)
        if is_shaped(text):
            return self._broken_by_words(text, width - 2 * self.c_margin)
        lines: Any = self.multi_cell(width, LINE, text, align="L", dry_run=True, output="LINES") if text else []
        return [str(line) for line in lines]

    def _broken_by_words(self, text: str, width: float) -> list[str]:
        """The same for letters that change with those beside them: each word is measured once.

        The package measures all that it has of a line with each further letter: half a minute for some hundred lines.
        """
        lines, filled, space = [""], 0.0, self.get_string_width(" ")
        for word in text.split(" "):
            for number, (piece, long) in enumerate(self._pieces(word, width)):
                if lines[-1] and (number or filled + space + long > width):
                    lines.append("")
                filled = filled + space + long if lines[-1] else long
                lines[-1] += f" {piece}" if lines[-1] else piece
        return lines

    def _pieces(self, word: str, width: float) -> Iterator[tuple[str, float]]:
        """A word, in halves of halves where it is too long for a line, and how long each is."""
        long = self.get_string_width(word)
        if long <= width or len(word) < len("ab"):
            yield word, long
            return
        half = len(word) // 2
        yield from self._pieces(word[:half], width)
        yield from self._pieces(word[half:], width)

    def rule(self, y: float, *, x: float = LEFT) -> None:
        """Draw a hairline to the right margin."""
        self.line(x, y, RIGHT, y)

    def number_pages(self, left: Sequence[str], count: str) -> None:
        """Write the foot of each page, once all are there: ``count`` has ``{page}`` and ``{pages}`` in it."""
        for page in range(1, self.pages_count + 1):
            self.page = page
            self.rule(HEIGHT - BOTTOM + 6)
            for number, line in enumerate(left):
                y = HEIGHT - BOTTOM + 8 + number * SMALL_LINE
                self.put(LEFT, y, line, width=WIDTH - 30, size=SMALL, ink=MUTED)
            said = count.replace("{page}", str(page)).replace("{pages}", str(self.pages_count))
            self.put(RIGHT - 30, HEIGHT - BOTTOM + 8, said, width=30, size=SMALL, ink=MUTED, align="R")

    def _choose(self, text: str, size: float, *, bold: bool, ink: int) -> None:
        # It takes ten times as long, and most text is as it stands.
        self.set_text_shaping(use_shaping_engine=is_shaped(text))
        # A cell may leave another font behind than the package believes, which then does not choose it again.
        self.font_family = ""
        self.set_font(TEXT, "B" if bold else "", size)
        self.set_text_color(ink)


def line_of(size: float) -> float:
    """The height of a line of that size."""
    return SMALL_LINE if size <= SMALL else LINE
