"""How hard a password is to guess, by zxcvbn: what people are told while they type. Nothing of it is kept or logged.

The package's own function keeps what it was told of a person in a table that all threads share; so its parts are
called here, with a table for each call.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from zxcvbn import matching, scoring, time_estimates

from accounts.models import User

# Characters that are looked at: the time grows with the square of them, and what is longer is strong, or refused.
LOOKED_AT = 72
# How many parts of a name or an address count, at most, and from which length on.
PARTS, SHORTEST = 20, 3

# By score; templates draw as many bars.
WORDS = [
    _("Very weak: one of the first that anybody tries"),
    _("Weak: quickly guessed"),
    _("Fair: guessed by somebody who wants to"),
    _("Good"),
    _("Strong"),
]
# What makes a password weak, by the pattern of its longest part that zxcvbn knows.
ADVICE = {
    "own": _("It contains your name or your e-mail address."),
    "dictionary": _("It contains a word or a password that many people use."),
    "spatial": _("Neighbouring keys are easy to guess."),
    "repeat": _("Repetitions are easy to guess."),
    "sequence": _("Sequences such as abc or 6543 are easy to guess."),
    "regex": _("Years are easy to guess."),
    "date": _("Dates are easy to guess."),
}
MORE = _("Add another word or two: length counts more than odd characters.")


@dataclass(frozen=True)
class Strength:
    """``score`` from 0 (worst) to 4; ``word`` says it; ``advice`` says what to do, empty for a good password."""

    score: int
    word: Any
    advice: Any


def strength_of(password: str, about: list[str]) -> Strength:
    """How strong the password is for somebody of whom others know ``about`` (`known_of`)."""
    looked_at = password[:LOOKED_AT]
    tables = {**matching.RANKED_DICTIONARIES, "user_inputs": matching.build_ranked_dict(about)}
    result = scoring.most_guessable_match_sequence(looked_at, matching.omnimatch(looked_at, tables))
    score = int(time_estimates.guesses_to_score(result["guesses"]))
    return Strength(score, WORDS[score], _advice(result["sequence"]) if score < 3 else "")  # noqa: PLR2004 -- good


def known_of(*texts: str) -> list[str]:
    """What others know of a person, as zxcvbn takes it: the texts (name, address) and their parts, in small letters.

    The name of this console is among it, as a word that belongs to the context (ASVS 6.2.11).
    """
    parts: list[str] = []
    for text in (*texts, settings.BRAND_NAME):
        folded = text.lower()[:254]
        words = "".join(c if c.isalnum() else " " for c in folded).split()
        parts += [folded, *words]
    return list(dict.fromkeys(part for part in parts if len(part) >= SHORTEST))[: PARTS * 2]


def known_of_user(user: User) -> list[str]:
    """The same of a user."""
    return known_of(user.email, user.first_name, user.last_name)


def _advice(sequence: list[dict[str, Any]]) -> Any:
    known = [match for match in sequence if match["pattern"] != "bruteforce"]
    if not known:
        return MORE
    longest = max(known, key=lambda match: len(match["token"]))
    is_own = longest.get("dictionary_name") == "user_inputs"
    return ADVICE.get("own" if is_own else longest["pattern"], MORE)
