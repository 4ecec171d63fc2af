"""``manage.py verify_audit``: for cron, and for who was told that somebody touched the database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit import verifying
from audit.actors import Actor
from audit.chaining import link_events
from audit.models import Chain
from audit.recording import record
from organizations.management.commands import verify_audit
from tests.audit.chains import cut, events, tamper, written
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
    all_of_it = f"It was read after position 0 to {before + 2}, {end.hash}."
    line = f"{acme}: {before + 2} events fit; 1 are not linked yet. {all_of_it}\n"
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


def test_it_says_where_a_log_begins_that_somebody_cut_with_a_check_point_of_their_own(cast: Cast) -> None:
    """That fits, as after a pruning: whoever noted where it began sees it (docs/security.md)."""
    acme = written(5, cast.acme.pk)
    third = events(acme)[-3].link
    cut(acme, third.position)
    said, complained = run("--organization", "acme")
    assert f"{acme}: 2 events fit" in said
    assert f"after position {third.position} to {third.position + 2}, " in said
    assert not complained


def test_it_says_how_far_it_is_also_where_a_log_was_pruned(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((verifying, "PAGE"), (verify_audit, "PAGE"), (verify_audit, "EVERY")):
        monkeypatch.setattr(module, name, 2, raising=False)
    acme = written(5, cast.acme.pk)
    third = events(acme)[2].link
    assert third.position == 3
    cut(acme, third.position)
    assert f"{acme}: at position 5 …" in run("--organization", "acme")[0]


def test_it_knows_nobody_who_is_not_there(cast: Cast) -> None:
    assert run("--organization", "nowhere") == ("", "There is no such organization.\n")
    assert run("--user", "nobody@example.com") == ("", "There is no such user.\n")
    assert "one of the arguments" in run()[1]
