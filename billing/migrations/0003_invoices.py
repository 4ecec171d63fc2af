"""The database keeps invoices true, too: numbers without gaps, and nothing that is on one changes."""

from django.db import migrations

from console.postgres import PostgresSQL, SqliteSQL

POSTGRES = [
    """
    CREATE FUNCTION billing_number_is_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM billing_sequence WHERE year = NEW.year AND last = NEW.position) THEN
            RAISE EXCEPTION 'an invoice has the number that its sequence gave last' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER number_is_next BEFORE INSERT ON billing_invoice FOR EACH ROW"
    " EXECUTE FUNCTION billing_number_is_next()",
    """
    CREATE FUNCTION billing_sequence_has_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 OR (OLD.last > 0 AND NOT EXISTS (
            SELECT FROM billing_invoice WHERE year = OLD.year AND position = OLD.last
        )) THEN
            RAISE EXCEPTION 'a number is taken after the one before it was used' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER has_no_gap BEFORE UPDATE ON billing_sequence FOR EACH ROW"
    " EXECUTE FUNCTION billing_sequence_has_no_gap()",
    """
    CREATE FUNCTION billing_charge_is_billed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a charge that is on an invoice stays as it is' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER is_billed BEFORE UPDATE OR DELETE ON billing_charge FOR EACH ROW"
    " WHEN (OLD.invoice_id IS NOT NULL) EXECUTE FUNCTION billing_charge_is_billed()",
]

# That charges stay, SQLite, for a trial, leaves to the code: its tables could not be altered later.
SQLITE = [
    """
    CREATE TRIGGER billing_number_is_next BEFORE INSERT ON billing_invoice FOR EACH ROW
    BEGIN
        SELECT RAISE(ABORT, 'an invoice has the number that its sequence gave last') WHERE NOT EXISTS (
            SELECT 1 FROM billing_sequence WHERE year = NEW.year AND last = NEW.position
        );
    END
    """,
    """
    CREATE TRIGGER billing_sequence_has_no_gap BEFORE UPDATE ON billing_sequence FOR EACH ROW
    BEGIN
        SELECT RAISE(ABORT, 'a number is taken after the one before it was used')
        WHERE NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 OR (OLD.last > 0 AND NOT EXISTS (
            SELECT 1 FROM billing_invoice WHERE year = OLD.year AND position = OLD.last
        ));
    END
    """,
]


class Migration(migrations.Migration):
    """Triggers on both engines."""

    dependencies = [("billing", "0002_ledger")]

    operations = [
        PostgresSQL(
            POSTGRES,
            "DROP FUNCTION billing_number_is_next() CASCADE; DROP FUNCTION billing_sequence_has_no_gap() CASCADE;"
            " DROP FUNCTION billing_charge_is_billed() CASCADE",
        ),
        SqliteSQL(SQLITE, PostgresSQL.noop),
    ]
