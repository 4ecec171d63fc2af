"""The fonts of our PDF files: free ones, shipped inside packages (SIL Open Font License).

One for text, and those that stand in where it lacks a letter: a company is called as it is called. They are opened
where a document needs them, and the file holds only the letters that it uses.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF

TEXT = "Fira Sans"
# Latin, Greek and Cyrillic.
_STYLES = {
    "": ("fontpkg_fira_sans", "files/FiraSans-Regular.ttf"),
    "B": ("fontpkg_fira_sans", "files/FiraSans-SemiBold.ttf"),
}
# In this order: Hebrew and rarer Latin; Arabic; Chinese characters as in Japan, and kana.
_OTHERS = {
    "Arimo": ("fontpkg_arimo", "files/Arimo[wght].ttf"),
    "Plex Arabic": ("fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-Regular.ttf"),
    "Noto Sans JP": ("pylopdf_fonts_cjk", "NotoSansJP-Regular.otf"),
}
# From Hebrew to the last of the scripts of India and their neighbours.
_FIRST_SHAPED = "\u0590"
_LAST_SHAPED = "\u1cff"


def add_fonts(pdf: FPDF, text: str) -> None:
    """Give a document the fonts that ``text``, all that will stand in it, needs. What none has is drawn as a box."""
    for style, (package, name) in _STYLES.items():
        pdf.add_font(TEXT, style, _path(package, name))
    missing = {character for character in text if character.isprintable()} - _letters(*_STYLES[""])
    needed = []
    for family, (package, name) in _OTHERS.items():
        if missing and missing & _letters(package, name):
            pdf.add_font(family, "", _path(package, name))
            needed.append(family)
            missing -= _letters(package, name)
    pdf.set_fallback_fonts(needed, exact_match=False)


def is_shaped(text: str) -> bool:
    """Whether letters of it run from right to left, or change with those beside them."""
    return any(_FIRST_SHAPED <= character <= _LAST_SHAPED for character in text)


@cache
def _letters(package: str, name: str) -> frozenset[str]:
    """The characters that a font draws."""
    with TTFont(_path(package, name), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _path(package: str, name: str) -> Path:
    return Path(str(files(package) / name))
