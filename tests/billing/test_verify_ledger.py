"""`verify_ledger` finds a cent that was changed by hand, wherever that was, and says how much it has looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tests.billing.living import live
from tests.billing.making import fund
from tests.cast import Cast

pytestmark = pytest.mark.embedded


def looked_at(**options: Any) -> tuple[str, str]:
    """What the command says, and what it complains of."""
    said, wrong = StringIO(), StringIO()
    try:
        call_command("verify_ledger", stdout=said, stderr=wrong, **options)
    except CommandError as error:
        return str(error), wrong.getvalue()
    return said.getvalue(), wrong.getvalue()


@contextmanager
def by_hand() -> Iterator[CursorWrapper]:
    """Somebody at the database, whom no trigger holds back; what they did is undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'billing_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        yield cursor
        transaction.set_rollback(True)


CENTS = [
    (
        "UPDATE billing_entry SET amount = amount + 1 WHERE number = 2",
        "entry 2: 10000 and 2001 make 12001, and",
    ),
    ("UPDATE billing_entry SET balance = balance + 1 WHERE number = 3", "entry 3: "),
    ("UPDATE billing_account SET balance = balance + 1", "funds: "),
    ('UPDATE billing_promotion SET "left" = "left" + 1', "promotional credit"),
    ("UPDATE billing_charge SET net = net + 1 WHERE kind = 'period'", "its entries make -20"),
    ("UPDATE billing_charge SET net = net + 1 WHERE kind = 'usage'", "its lines make 33 without VAT, and it says 34"),
    ("UPDATE billing_payment SET amount = amount + 1 WHERE amount = 10000", "10000 was credited, in 1 entries"),
    (
        "UPDATE billing_payment SET refunded = refunded + 1 WHERE amount = 1000",
        "401 went back, and its refunds make",
    ),
    (
        "UPDATE billing_payment SET disputed = disputed + 1 WHERE amount = 3000",
        "1001 is disputed, its disputes took",
    ),
    ("UPDATE billing_refund SET amount = amount + 1", "of 401, and its entries make -400"),
    ("UPDATE billing_usageline SET hours = 2, amount = 0.6666", "it says 2 hours, and 1 are written down"),
    ("DELETE FROM billing_usagehour", "it says 1 hours, and 0 are written down"),
    ("DELETE FROM billing_period", "it is for a period, and there is none"),
    ("UPDATE billing_invoice SET net = net + 1", "its lines make"),
    ("UPDATE billing_charge SET invoice_id = NULL", "its charges make 0 and 0"),
    ("DELETE FROM billing_entry WHERE number = 4", "what stood before it is missing, after 3"),
    ("UPDATE billing_sequence SET last = last + 1", "numbers of "),
]


def test_a_cent_that_was_changed_by_hand_is_found(cast: Cast) -> None:
    live(cast)
    said, wrong = looked_at()
    assert (wrong, "Everything fits" in said) == ("", True)
    assert "Looked at 1 accounts, " in said
    for statement, expected in CENTS:
        with by_hand() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, statement
            said, wrong = looked_at()
        assert expected in wrong, statement
        assert "The ledger does not fit in" in said


def test_one_account_is_looked_at_by_its_slug_or_id(cast: Cast) -> None:
    fund(cast.acme, 100)
    fund(cast.rival, 100)
    assert "Looked at 1 accounts, 1 entries, 1 payments" in looked_at(account="acme")[0]
    assert "Looked at 1 accounts, 1 entries, 1 payments" in looked_at(account=str(cast.rival.pk))[0]
    with by_hand() as cursor:
        cursor.execute("UPDATE billing_account SET balance = balance + 1")
        assert looked_at(account="acme")[1].startswith(f"{cast.acme.pk}, funds: 101 at entry 1")
    assert looked_at(account="nobody")[0] == "There is no such organization."
    assert "nothing was ever paid" in looked_at(account=str(cast.olivia.user.pk))[0]
