"""Every action of accounts leaves an event of the person concerned; a new action that leaves none fails here."""

from collections.abc import Callable, Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts import actions
from accounts.activity import LINES
from audit.models import Event
from tests.accounts.exporting import stored
from tests.accounts.passkeys import enrol
from tests.accounts.signing import PASSWORD, make_user
from tests.audit.acting import (
    NEW,
    OTHER,
    Stage,
    complete_recoveries,
    edit_contact,
    expire_signups,
    picture,
    remove_factor,
    remove_picture,
    rename_factor,
    resend_phone_code,
    revoke_trust,
    set_password,
    staff,
    unlink_account,
    unlock,
    verify_factor,
)

pytestmark = pytest.mark.django_db

# No event of its own, and why.
SILENT = {
    "await_answer": "part of what it tells of, which is recorded",
    "delete_leftovers": "their time is over, nobody did anything",
    "forget_browsers": "a cookie has expired, nobody did anything",
    "note_time_zone": "the browser told, nobody chose",
    "read_notifications": "only the number at the bell changes",
    "settle": "part of the answer, which is recorded",
    "settle_all_of": "part of the end of a membership, which is recorded",
    "prune_exports": "a file's day is over, as was said when it was made",
    "sweep_exports": "wakes workers up, whose work is recorded",
}
# Concerns no account.
OF_EVERYBODY = {"publish_terms": "terms.published"}


DOING: dict[str, tuple[str, Callable[[Stage], object]]] = {
    "accept_terms": (
        "account.terms_accepted",
        lambda s: actions.accept_terms(user=s.nina, terms_id=s.terms().pk, by=s.by),
    ),
    "add_address": ("account.address_added", lambda s: actions.add_address(user=s.nina, email=OTHER, by=s.by)),
    "add_authenticator": ("account.factor_added", Stage.add_app),
    "add_passkey": ("account.factor_added", lambda s: enrol(s.browser)),
    "ask_recovery": ("account.recovery_asked", Stage.recovery),
    "begin_phone": ("account.phone_code_sent", Stage.phone),
    "cancel_recovery": (
        "account.recovery_cancelled",
        lambda s: actions.cancel_recovery(recovery=s.recovery(), by=s.by),
    ),
    "change_password": (
        "account.password_changed",
        lambda s: actions.change_password(user=s.nina, current=PASSWORD, new=NEW, keep=None, by=s.by),
    ),
    "change_picture": (
        "account.picture_changed",
        lambda s: actions.change_picture(user=s.nina, picture=picture(), by=s.by),
    ),
    "choose_cookies": (
        "account.consent_changed",
        lambda s: actions.choose_cookies(user=s.nina, answers={"preferences": True}, by=s.by),
    ),
    "choose_language": (
        "account.region_changed",
        lambda s: actions.choose_language(user=s.nina, language="fr", by=s.by),
    ),
    "choose_mails": (
        "account.mails_chosen",
        lambda s: actions.choose_mails(user=s.nina, wanted=["memberships"], by=s.by),
    ),
    "choose_promotions": (
        "account.consent_changed",
        lambda s: actions.choose_promotions(user=s.nina, promotions=True, by=s.by),
    ),
    "choose_region": (
        "account.region_changed",
        lambda s: actions.choose_region(user=s.nina, language="fr", time_zone="Europe/Paris", by=s.by),
    ),
    "claim_account": ("account.claimed", Stage.claim),
    "close_account": ("account.closed", lambda s: actions.close_account(user=s.nina, by=s.by)),
    "complete_recoveries": (
        "account.recovery_completed",
        complete_recoveries,
    ),
    "confirm_password": (
        "account.password_confirmed",
        lambda s: actions.confirm_password(user=s.nina, password=PASSWORD, by=s.by),
    ),
    "confirm_phone": ("account.factor_added", Stage.confirm_phone),
    "create_linked_account": ("account.created", Stage.sign_up_elsewhere),
    "edit_contact": ("account.contact_edited", edit_contact),
    "end_session": ("account.session_ended", lambda s: actions.end_session(session=s.session(), by=s.by)),
    "end_sessions": ("account.sessions_ended", lambda s: actions.end_sessions(user=s.nina, keep=None, by=s.by)),
    "expire_signups": ("account.closed", expire_signups),
    "identify_by_passkey": ("account.signed_in", Stage.sign_in_by_passkey),
    "link_account": ("account.provider_linked", Stage.linked),
    "lock_account": ("account.locked", lambda s: actions.lock_account(user=s.nina, by=staff())),
    "make_export": ("account.export_made", Stage.export),
    "make_primary": ("account.primary_address_changed", Stage.change_of_address),
    "note_download": (
        "account.export_downloaded",
        lambda s: actions.note_download(export=s.export(), by=s.by),
    ),
    "remove_address": (
        "account.address_removed",
        lambda s: actions.remove_address(user=s.nina, email=s.second_address(), by=s.by),
    ),
    "remove_factor": ("account.factor_removed", remove_factor),
    "remove_picture": ("account.picture_removed", remove_picture),
    "rename_factor": ("account.factor_renamed", rename_factor),
    "renew_backup_codes": (
        "account.backup_codes_renewed",
        lambda s: (s.app(), actions.renew_backup_codes(user=s.nina, by=s.by)),
    ),
    "request_export": ("account.export_requested", lambda s: actions.request_export(user=s.nina, by=s.by)),
    "resend_phone_code": (
        "account.phone_code_sent",
        resend_phone_code,
    ),
    "reset_password": (
        "account.password_reset",
        lambda s: actions.reset_password(user=s.nina, new=NEW, by=s.by),
    ),
    "revoke_trust": ("account.browser_trust_revoked", revoke_trust),
    "send_verification": (
        "account.verification_sent",
        lambda s: (
            EmailAddress.objects.create(user=s.nina, email=OTHER),
            actions.send_verification(user=s.nina, email=OTHER, by=s.by),
        ),
    ),
    "set_password": ("account.password_set", set_password),
    "undo_address_change": (
        "account.primary_address_restored",
        lambda s: actions.undo_address_change(change=s.change_of_address(), by=s.by),
    ),
    "unlink_account": (
        "account.provider_unlinked",
        unlink_account,
    ),
    "unlock_account": ("account.unlocked", unlock),
    "verify_factor": ("account.factor_verified", verify_factor),
}


@pytest.fixture
def stage(settings: Settings) -> Iterator[Stage]:
    settings.SMS_GATEWAY = "console"
    yield Stage(make_user("nina.new@example.com"))
    # The storage outlives the database of a test.
    for name in stored():
        default_storage.delete(f"exports/{name}")


def test_every_action_is_looked_at() -> None:
    """A new action must be entered above by somebody who thought about what it leaves in the log."""
    assert set(DOING) | set(SILENT) | set(OF_EVERYBODY) == set(actions.__all__)


@pytest.mark.parametrize("action", DOING)
def test_it_leaves_an_event_of_the_person_concerned(stage: Stage, action: str) -> None:
    name, do = DOING[action]
    before = set(Event.objects.values_list("pk", flat=True))
    nina = str(stage.nina.pk)
    do(stage)
    event = Event.objects.exclude(pk__in=before).filter(action=name).latest("id")
    assert event.outcome == "done"
    # Some make the account themselves; of one that is deleted the row has no key any more.
    assert str(event.subject_id) in {nina, str(stage.nina.pk)}
    assert event.target_id is not None
    assert event.detail is not None


@pytest.mark.parametrize("action", DOING)
def test_the_person_reads_of_it_on_the_activity_page(action: str) -> None:
    assert DOING[action][0] in LINES


def test_what_concerns_everybody_stands_in_no_account(stage: Stage) -> None:
    stage.terms()
    event = Event.objects.get(action=OF_EVERYBODY["publish_terms"])
    assert (event.subject_id, event.organization_id) == (None, None)


def test_every_action_that_asks_for_an_actor_is_audited() -> None:
    """Refusals of each are recorded: by the wrapper of `audited`, or by those that count what was wrong first."""
    by_themselves = {"change_picture", "confirm_phone", "verify_factor"}
    unaudited = {
        name
        for name in set(actions.__all__) - by_themselves
        if "by" in getattr(actions, name).__annotations__ and not hasattr(getattr(actions, name), "__wrapped__")
    }
    assert unaudited == set()
