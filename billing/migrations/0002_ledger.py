"""The ledger is kept true by the database: an entry follows the one before, a balance is what the last entry says."""

from django.db import migrations

from console.postgres import PostgresSQL, SqliteSQL

# What an entry is about is of the same account, and a payment, refund or credit comes to what the entry says.
STRAY = """
    (NEW.payment_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM billing_payment WHERE id = NEW.payment_id AND account_id = NEW.account_id AND state = 'paid'
            AND (NEW.reason <> 'top_up' OR amount = NEW.amount)
    )) OR (NEW.refund_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM billing_refund JOIN billing_payment ON billing_payment.id = billing_refund.payment_id
        WHERE billing_refund.id = NEW.refund_id AND billing_payment.account_id = NEW.account_id
            AND (NEW.reason <> 'refund' OR billing_refund.amount = -NEW.amount)
    )) OR (NEW.charge_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM billing_charge WHERE id = NEW.charge_id AND account_id = NEW.account_id
    )) OR (NEW.promotion_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM billing_promotion WHERE id = NEW.promotion_id AND account_id = NEW.account_id
            AND (NEW.reason <> 'promotion' OR amount = NEW.amount)
    )) OR (NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM billing_entry WHERE id = NEW.corrects_id AND account_id = NEW.account_id
    ))
"""

# Tests empty their own databases.
POSTGRES = [
    """
    CREATE FUNCTION billing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' AND current_setting('console.truncation', true) = 'on' THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"""
    CREATE FUNCTION billing_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {STRAY} THEN
            RAISE EXCEPTION 'entry is about something else' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE billing_account SET balance = NEW.balance, last_number = NEW.number
        WHERE id = NEW.account_id AND balance + NEW.amount = NEW.balance AND last_number + 1 = NEW.number;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'entry does not follow the balance' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 -- words of this file
    """
    CREATE FUNCTION billing_balance_is_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM billing_entry
            WHERE account_id = NEW.id AND number = NEW.last_number AND balance = NEW.balance
        ) OR NEW.currency <> OLD.currency THEN
            RAISE EXCEPTION 'a balance is what the last entry says' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER follows AFTER INSERT ON billing_entry FOR EACH ROW EXECUTE FUNCTION billing_entry_follows()",
    """
    CREATE TRIGGER balance_is_of_entry BEFORE UPDATE ON billing_account FOR EACH ROW
    WHEN (NEW.balance <> OLD.balance OR NEW.last_number <> OLD.last_number
        OR (NEW.currency <> OLD.currency AND OLD.last_number > 0))
    EXECUTE FUNCTION billing_balance_is_of_entry()
    """,
    *(
        statement
        for table in ("billing_entry", "billing_invoice", "billing_invoiceline")
        for statement in (
            f"CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION billing_stays()",
            f"CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION billing_stays()",
        )
    ),
]

SQLITE = [
    f"""
    CREATE TRIGGER billing_entry_follows AFTER INSERT ON billing_entry FOR EACH ROW
    BEGIN
        SELECT RAISE(ABORT, 'entry is about something else') WHERE {STRAY};
        SELECT RAISE(ABORT, 'entry does not follow the balance') WHERE NOT EXISTS (
            SELECT 1 FROM billing_account
            WHERE id = NEW.account_id AND balance + NEW.amount = NEW.balance AND last_number + 1 = NEW.number
        );
        UPDATE billing_account SET balance = NEW.balance, last_number = NEW.number WHERE id = NEW.account_id;
    END
    """,  # noqa: S608 -- words of this file
    """
    CREATE TRIGGER billing_balance_is_of_entry BEFORE UPDATE ON billing_account FOR EACH ROW
    WHEN NEW.balance <> OLD.balance OR NEW.last_number <> OLD.last_number
        OR (NEW.currency <> OLD.currency AND OLD.last_number > 0)
    BEGIN
        SELECT RAISE(ABORT, 'a balance is what the last entry says') WHERE NEW.currency <> OLD.currency OR NOT EXISTS (
            SELECT 1 FROM billing_entry
            WHERE account_id = NEW.id AND number = NEW.last_number AND balance = NEW.balance
        );
    END
    """,
    """
    CREATE TRIGGER billing_entry_stays BEFORE UPDATE ON billing_entry FOR EACH ROW
    BEGIN
        SELECT RAISE(ABORT, 'billing_entry is append-only');
    END
    """,
]


class Migration(migrations.Migration):
    """Triggers on both engines; that rows stay, SQLite, for a trial, leaves to the models."""

    dependencies = [("billing", "0001_initial")]

    operations = [
        PostgresSQL(
            POSTGRES,
            "DROP FUNCTION billing_stays() CASCADE; DROP FUNCTION billing_entry_follows() CASCADE;"
            " DROP FUNCTION billing_balance_is_of_entry() CASCADE",
        ),
        SqliteSQL(SQLITE, PostgresSQL.noop),
    ]
