"""``manage.py verify_audit``: for cron, and for who was told that somebody touched the database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.actors import Actor
from audit.chaining import link_events
from audit.models import Chain
from audit.recording import record
from tests.audit.chains import events, tamper, written
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    """What it says, and what it complains about; raises CommandError, which is an exit code of 1."""
    said, complained = StringIO(), StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said, stderr=complained)
    except CommandError as error:
        complained.write(f"{error}\n")
    return said.getvalue(), complained.getvalue()


def test_it_says_how_much_fits_where_each_log_ends_and_what_waits(cast: Cast) -> None:
    link_events()
    acme = cast.acme.pk
    before = len(events(acme))
    written(2, acme)
    record("thing.done", by=Actor.system(), organization_id=acme)
    end = Chain.objects.get(pk=acme)
    line = f"{acme}: {before + 2} events fit; 1 are not linked yet. It was read to position {before + 2}, {end.hash}.\n"
    assert run("--organization", "acme") == (line, "")
    assert run("--chain", str(acme)) == (line, "")
    said = run("--user", "Olivia.Owner@example.com")[0]
    assert [text.partition(":")[0] for text in said.splitlines()] == [
        str(cast.olivia.user.pk),
        str(cast.olivia.user.personal_account.pk),
    ]
    assert run("--chain", "0")[0].startswith(f"{Chain.DEPLOYMENT}: ")
    total = sum(Chain.objects.values_list("position", flat=True))
    assert run("--all") == (f"{total} events in {Chain.objects.count()} chains fit; 1 are not linked yet.\n", "")


def test_it_names_the_event_in_which_one_byte_was_changed_and_fails(cast: Cast) -> None:
    acme = written(5, cast.acme.pk)
    third = events(acme)[-3]
    tamper(third, after={"n": 3})
    named = f"{acme}: position {third.link.position}, event {third.pk} of {third.at.isoformat(timespec='seconds')}:"
    for arguments in (["--organization", "acme"], ["--all"]):
        said, complained = run(*arguments)
        assert complained.startswith(f"{named} it does not say what it said when it was linked.\n")
        assert complained.endswith("The log was changed: 1 of its chains do not fit.\n")
        assert said


def test_it_knows_nobody_who_is_not_there(cast: Cast) -> None:
    assert run("--organization", "nowhere") == ("", "There is no such organization.\n")
    assert run("--user", "nobody@example.com") == ("", "There is no such user.\n")
    assert "one of the arguments" in run()[1]
