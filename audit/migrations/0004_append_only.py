"""The log is written once: triggers refuse what would change it. What was written before there were chains is linked."""

from django.db import migrations

from console.postgres import PostgresSQL

# Pruning says so for its transaction (audit/pruning.py); tests empty their own databases.
FUNCTIONS = """
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('console.pruning', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'TRUNCATE' AND current_setting('console.truncation', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Whatever columns it has: each stays as it is, or is empty afterwards.
CREATE FUNCTION audit_is_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event_id <> OLD.event_id OR EXISTS (
        SELECT FROM jsonb_each(to_jsonb(NEW)) AS after JOIN jsonb_each(to_jsonb(OLD)) AS before USING (key)
        WHERE after.value <> before.value AND after.value NOT IN ('""', 'null', '{}')
    ) THEN
        RAISE EXCEPTION '% can only be emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TABLES = ("audit_event", "audit_link", "audit_checkpoint")


def _triggers():
    for table in (*TABLES, "audit_detail"):
        yield f"CREATE TRIGGER stays BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_stays()"
        yield f"CREATE TRIGGER stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_stays()"
    for table in TABLES:
        yield f"CREATE TRIGGER stays_as_it_is BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_stays()"
    yield "CREATE TRIGGER is_erased BEFORE UPDATE ON audit_detail FOR EACH ROW EXECUTE FUNCTION audit_is_erased()"


class Migration(migrations.Migration):
    """Triggers on PostgreSQL; SQLite, for a trial, has the models' own refusal."""

    dependencies = [("audit", "0003_chain")]

    operations = [
        # Before there are triggers: after that details may only be emptied.
        migrations.RunSQL(
            "UPDATE audit_detail SET organization_id ="
            " (SELECT organization_id FROM audit_event WHERE audit_event.id = audit_detail.event_id)",
            migrations.RunSQL.noop,
        ),
        PostgresSQL(FUNCTIONS, "DROP FUNCTION audit_stays() CASCADE; DROP FUNCTION audit_is_erased() CASCADE"),
        *(PostgresSQL(trigger, PostgresSQL.noop) for trigger in _triggers()),
        migrations.RunSQL(
            # Zeros: the chain of the deployment (audit.models.Chain.DEPLOYMENT).
            "INSERT INTO audit_unlinked (event_id, chain_id) SELECT id,"
            " COALESCE(organization_id, subject_id, '00000000000000000000000000000000') FROM audit_event"
            " WHERE NOT EXISTS (SELECT 1 FROM audit_link WHERE audit_link.event_id = audit_event.id)"
            " AND NOT EXISTS (SELECT 1 FROM audit_unlinked WHERE audit_unlinked.event_id = audit_event.id)",
            migrations.RunSQL.noop,
        ),
    ]
