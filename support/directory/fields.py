"""The fields of the directory's rows: which there are, and what each may hold (docs/customer-directory.md).

A row that was checked holds plain values, which JSON can hold: days and times in ISO's form.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models.user import clean_address
from console.text import few_lines, is_readable, one_line
from organizations import policies
from support.models import Priority, Product, Side, State, SupportLevel
from support.models.customer import KEY_LENGTH, NAME_LENGTH
from support.models.ticket import BODY_LENGTH, TITLE_LENGTH

type Fields = dict[str, Any]

# Columns of a CSV file whose several values stand with semicolons between them, and that say yes or no.
SEVERAL: Final = frozenset({"families"})
YES_OR_NO: Final = frozenset({"administrator", "is_staff"})
NUMBERS: Final = frozenset({"units"})

MOST_UNITS = 10_000_000
MOST_FAMILIES = 100
# Days and times outside of it are slips of the hand.
YEARS = range(1970, 2200)


class WrongError(Exception):
    """A value is none that its field may hold: the sentence says why."""


@dataclass(frozen=True)
class Field:
    """A field: what makes its value of what is given (or raises WrongError), and the value where nothing is given.

    ``is_required``: whether something must be given.
    """

    read: Callable[[Any], Any]
    default: Any = ""
    is_required: bool = False


def fields_by_kind() -> Mapping[str, Mapping[str, Field]]:
    """The fields of each kind of row, by what the database has now: roles, levels and products. Two queries."""
    roles = [role.key for role in policies.current().roles]
    levels = list(SupportLevel.objects.order_by("key").values_list("key", flat=True))
    products = list(Product.objects.order_by("key").values_list("key", flat=True))
    key = Field(_line(KEY_LENGTH), is_required=True)
    name = Field(_name, is_required=True)
    moment = Field(_moment, is_required=True)
    return {
        "customer": {"key": key, "name": name},
        "person": {
            "email": Field(_account, is_required=True),
            "name": Field(_line(NAME_LENGTH)),
            "role": Field(_one_of(roles)),
            "administrator": Field(_flag, default=False),
        },
        "contact": {
            "key": key,
            "side": Field(_one_of(Side.values), default=Side.CUSTOMER.value),
            "name": name,
            "duty": Field(_line(80)),
            "email": Field(_email),
            "phone": Field(_line(40)),
        },
        "entitlement": {
            "key": key,
            "number": key,
            "name": name,
            "tier": Field(_line(60)),
            "units": Field(_count, default=1),
            "unit": Field(_line(40)),
            "level": Field(_one_of(levels), is_required=True),
            "starts_on": Field(_day, is_required=True),
            "ends_on": Field(_day, is_required=True),
            "families": Field(_families, default=[]),
        },
        "ticket": {
            "key": key,
            "title": Field(_line(TITLE_LENGTH), is_required=True),
            "product": Field(_one_of(products)),
            "priority": Field(_one_of(Priority.values), default=Priority.NORMAL.value),
            "state": Field(_one_of(State.values), default=State.OPEN.value),
            "raised_by": Field(_account),
            "created_at": moment,
        },
        "message": {
            "key": Field(_line(KEY_LENGTH)),
            "author": name,
            "is_staff": Field(_flag, default=False),
            "body": Field(_body, is_required=True),
            "created_at": moment,
        },
    }


def of_cell(name: str, text: str) -> Any:
    """What a cell of a CSV file means in the column ``name``; what makes no sense, as it is: its check says so."""
    if name in SEVERAL:
        return [one.strip() for one in text.split(";") if one.strip()]
    if name in YES_OR_NO:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), text)
    if name in NUMBERS:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text  # noqa: PLR2004 -- any that fits a column
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongError(_("This must be text."))
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise WrongError(_("This text holds half a character."))
    return value


def _line(most: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        line = one_line(_text(value), len(_text(value)) + 1)
        if len(line) > most:
            raise WrongError(_("At most %d characters fit here.") % most)
        return line

    return read


def _name(value: Any) -> str:
    name = _line(NAME_LENGTH)(value)
    if not is_readable(name):
        raise WrongError(_("This name cannot be read."))
    return name


def _body(value: Any) -> str:
    text = _text(value)
    if len(text) > BODY_LENGTH:
        raise WrongError(_("At most %d characters fit here.") % BODY_LENGTH)
    return few_lines(text, BODY_LENGTH)


def _email(value: Any) -> str:
    email = _line(254)(value).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise WrongError(_("“%s” is no e-mail address.") % email[:60]) from None
    return email


def _account(value: Any) -> str:
    """An address that an account can have: one of other letters is nobody's here, and never comes."""
    try:
        return clean_address(_line(254)(value))
    except ValidationError:
        raise WrongError(_("“%s” is no e-mail address.") % str(value)[:60]) from None


def _one_of(known: Collection[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            facts = {"value": str(value)[:60], "names": ", ".join(known)}
            raise WrongError(_("“%(value)s” is not known here: %(names)s.") % facts)
        return str(value)

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongError(_("This must be yes or no."))
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_UNITS:
        raise WrongError(_("This must be a whole number up to %d.") % MOST_UNITS)
    return value


def _day(value: Any) -> str:
    try:
        day = datetime.strptime(_text(value), "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise WrongError(_("“%s” is no day such as 2026-11-22.") % str(value)[:40]) from None
    return _in_our_time(day).isoformat()


def _moment(value: Any) -> str:
    try:
        moment = datetime.fromisoformat(_text(value))
        in_utc = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        in_utc = None
    if in_utc is None:
        raise WrongError(_("“%s” is no time with its zone such as 2026-11-22T09:00:00Z.") % str(value)[:40])
    return _in_our_time(in_utc).isoformat()


def _in_our_time[Day: date](day: Day) -> Day:
    if day.year not in YEARS:
        raise WrongError(_("This day is too far away."))
    return day


def _families(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_FAMILIES:
        raise WrongError(_("This must be a list of at most %d.") % MOST_FAMILIES)
    return [_line(60)(one) for one in value if one]
