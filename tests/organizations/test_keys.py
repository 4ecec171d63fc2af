"""API keys of a member: made, shown once, changed, rotated, revoked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import close_account
from audit.models import Detail, Event
from console.credentials import is_well_formed
from console.sealing import unseal
from organizations.actions import (
    change_role,
    create_key,
    remove_member,
    revoke_key,
    rotate_secret,
    suspend_organization,
)
from organizations.actors import Actor
from organizations.models import ApiKey
from outbox.models import Mail
from tests.cast import Cast
from tests.organizations.keys import PAGE, fill_in, made, pair_of, secret_in, shows_secret
from tests.reading import body, words

pytestmark = pytest.mark.django_db


def open_secret(key: ApiKey) -> str:
    key.refresh_from_db()
    return unseal(key.secret, purpose="organizations.api_key")


@pytest.mark.embedded
def test_a_first_pair_is_there_from_the_first_day_and_its_secret_is_shown_once(cast: Cast) -> None:
    client, pair = cast.mia.client, pair_of(cast.mia, cast.acme)
    page = words(client.get(PAGE))
    assert "First pair No secret yet" in page
    assert pair.access_id in body(client.get(PAGE))
    assert "Service keys" not in page
    answer = client.post(f"{PAGE}{pair.pk}/secret/")
    secret = secret_in(answer)
    assert is_well_formed(secret, "cnsl_secret_")
    assert open_secret(pair) == secret
    assert "no-store" in answer.headers["Cache-Control"]
    # Sent again, by a reload or twice at once: it is there already, and stays unseen.
    again = client.post(f"{PAGE}{pair.pk}/secret/", follow=True)
    assert "This key has a secret already." in words(again)
    assert not shows_secret(again)
    assert not shows_secret(client.get(PAGE))
    # Nowhere is it kept but sealed.
    assert secret not in str(list(Event.objects.values())) + str(list(Detail.objects.values()))
    assert secret not in pair.secret + str(list(Mail.objects.values())) + str(dict(client.session))


def test_a_further_key_does_some_of_what_its_holder_may_and_is_narrowed_with_them(cast: Cast) -> None:
    answer = fill_in(
        cast.bella, name="Invoices", permissions=["pay", "view_billing"], networks="10.1.2.3\n ::ffff:192.0.2.0/120"
    )
    assert shows_secret(answer)
    assert f"export CONSOLE_SECRET={secret_in(answer)}" in body(answer)
    key = ApiKey.objects.get(name="Invoices")
    assert key.permissions == {"pay", "view_billing", "view_organization"}
    assert key.networks == ["10.1.2.3/32", "192.0.2.0/24"]
    assert key.expires_at is not None
    assert timezone.localdate(key.expires_at) == timezone.localdate() + timedelta(days=90)
    assert key.may == {"pay", "view_billing", "view_organization"}
    change_role(membership=cast.bella.membership(cast.acme), role="member", by=cast.olivia.actor(cast.acme))
    assert ApiKey.objects.get(pk=key.pk).may == {"view_organization"}


def test_the_same_form_makes_one_key(cast: Cast) -> None:
    typed = {"key_id": "01912345-0000-7000-8000-000000000001", "name": "Once", "lasts": "never", "networks": ""}
    assert shows_secret(cast.mia.client.post(f"{PAGE}new/", typed))
    again = cast.mia.client.post(f"{PAGE}new/", typed, follow=True)
    assert "This key is made already" in words(again)
    assert not shows_secret(again)
    assert ApiKey.objects.filter(name="Once").count() == 1


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "\u200b \u2800"}, "Give it a name that can be read."),
    ({"permissions": ["invite_members"]}, "You can only choose what you may do yourself."),
    ({"permissions": ["fly"]}, "There is no such permission."),
    ({"lasts": "day"}, "Choose the last day."),
    ({"lasts": "day", "expires_on": "2020-01-01"}, "Choose a day from today on"),
    ({"lasts": "day", "expires_on": "2099-01-01"}, "at most five years from now"),
    ({"networks": "10.0.0.1\n\nhere"}, "Line 3 is neither an address nor a network."),
    ({"networks": "0.0.0.0/0"}, "Line 1 stands for every address."),
    ({"networks": "::ffff:0:0/96"}, "Line 1 stands for every address."),
    ({"networks": "fe80::1%eth0"}, "Line 1 is neither"),
    ({"networks": "10.0.0.1/33"}, "Line 1 is neither"),
    ({"networks": "\n".join(f"10.0.0.{n}" for n in range(21))}, "Give at most 20 addresses or networks."),
    ({"networks": "\n".join(["10.0.0.1"] * 10_000)}, "at most 2000 characters"),
    ({"name": "x" * 61}, "at most 60 characters"),
    ({"key_id": "no-id"}, "One field needs your attention."),
]


def test_bad_input_is_refused_where_it_stands_and_kept(cast: Cast) -> None:
    for typed, sentence in BAD:
        sent = {"key_id": "01912345-0000-7000-8000-000000000001", "lasts": "90", "name": "My <b>script</b>", **typed}
        page = cast.mia.client.post(f"{PAGE}new/", sent)
        assert page.status_code == 200
        assert sentence in words(page), typed
        if "name" not in typed:
            assert 'value="My &lt;b&gt;script&lt;/b&gt;"' in body(page)
    assert not ApiKey.objects.filter(kind="named").exists()


def test_nobody_makes_a_key_that_closes_or_transfers(cast: Cast) -> None:
    for permission in ("close_organization", "transfer_organization"):
        assert "No key may close or transfer" in words(fill_in(cast.olivia, permissions=[permission]))


def test_a_key_is_changed_and_an_old_tab_changes_nothing_unseen(cast: Cast) -> None:
    key = made(cast.theo, cast.acme, permissions=["manage_projects"])
    path = f"{PAGE}{key.pk}/"
    version = body(cast.theo.client.get(path)).split('name="version" value="')[1].split('"')[0]
    typed = {"name": "Cron", "permissions": [], "expires_on": "", "networks": "2001:db8::1", "version": version}
    assert cast.theo.client.post(path, typed).headers["Location"] == PAGE
    key.refresh_from_db()
    assert (key.name, sorted(key.permissions), key.expires_at) == ("Cron", ["view_organization"], None)
    assert key.networks == ["2001:db8::1/128"]
    late = cast.theo.client.post(path, {**typed, "name": "Late"}, follow=True)
    assert "Somebody has changed this meanwhile." in words(late)
    assert ApiKey.objects.get(pk=key.pk).name == "Cron"
    event = Event.objects.get(action="api_key.edited", outcome="done")
    assert event.detail.texts["networks"] == ["", "2001:db8::1/128"]


def test_the_list_says_what_a_key_may_do_and_from_where(cast: Cast) -> None:
    made(cast.olivia, cast.acme, name="Few", permissions=["view_members", "pay"], networks="10.1.2.3\n192.0.2.0/24")
    made(cast.olivia, cast.acme, name="None", permissions=[], networks="\n".join(f"10.0.0.{n}" for n in range(3)))
    made(cast.olivia, cast.acme, name="Many", permissions=["view_members", "pay", "raise_tickets", "view_projects"])
    page = words(cast.olivia.client.get(PAGE))
    for said in (
        "See its members, pay", "From 10.1.2.3, 192.0.2.0/24",
        "Sees the organization, and nothing else", "From 3 networks",
        "4 permissions",
    ):  # fmt: skip
        assert said in page


def test_a_first_pair_can_be_kept_to_networks_and_nothing_else(cast: Cast) -> None:
    pair = pair_of(cast.mia, cast.acme)
    cast.mia.client.post(f"{PAGE}{pair.pk}/", {"networks": "192.0.2.9", "name": "Mine", "permissions": ["pay"]})
    pair.refresh_from_db()
    assert (pair.networks, pair.name, len(pair.permissions)) == (["192.0.2.9/32"], "", 0)


def test_a_rotated_key_has_two_secrets_for_a_time_and_never_three(cast: Cast) -> None:
    key = made(cast.mia, cast.acme)
    path, first = f"{PAGE}{key.pk}/rotation/", open_secret(key)
    typed = {"overlap_hours": "24", "seen": key.version}
    second = secret_in(cast.mia.client.post(path, typed))
    assert open_secret(key) == second != first
    assert unseal(key.former_secret, purpose="organizations.api_key") == first
    assert key.former_until is not None
    assert timedelta(hours=23) < key.former_until - timezone.now() <= timedelta(hours=24)
    # The same form again: it was rotated once.
    again = cast.mia.client.post(path, typed, follow=True)
    assert "This key was rotated a moment ago" in words(again)
    assert open_secret(key) == second
    assert "still works. It ends now." in words(cast.mia.client.get(path))
    cast.mia.client.post(path, {"overlap_hours": "0", "seen": key.version})
    key.refresh_from_db()
    assert not key.is_rotating
    assert key.former_secret == ""
    wrong = cast.mia.client.post(path, {"overlap_hours": "169", "seen": ""})
    assert wrong.status_code == 200
    assert not shows_secret(wrong)


def test_a_revoked_key_is_over_and_a_pair_is_followed_by_another(cast: Cast) -> None:
    key, pair = made(cast.mia, cast.acme), pair_of(cast.mia, cast.acme)
    cast.mia.client.post(f"{PAGE}{pair.pk}/secret/")
    assert "Revoke the key Script?" in words(cast.mia.client.get(f"{PAGE}{key.pk}/revocation/"))
    for one in (key, pair):
        assert "The key is revoked." in words(cast.mia.client.post(f"{PAGE}{one.pk}/revocation/", follow=True))
        one.refresh_from_db()
        assert one.revoked_at is not None
        assert one.secret == ""
        assert "revoked already" in words(cast.mia.client.post(f"{PAGE}{one.pk}/revocation/", follow=True))
        # Nothing is done with it any more.
        for below in ("", "rotation/"):
            assert cast.mia.client.get(f"{PAGE}{one.pk}/{below}").status_code == 404
        assert cast.mia.client.post(f"{PAGE}{one.pk}/secret/").status_code == 404
    new = pair_of(cast.mia, cast.acme)
    assert new.pk != pair.pk
    assert new.secret == ""


def test_a_member_has_so_many_keys_and_no_more(cast: Cast) -> None:
    membership = cast.mia.membership(cast.acme)
    ApiKey.objects.bulk_create(
        ApiKey(organization=cast.acme, membership=membership, kind="named", name=f"Key {n}") for n in range(50)
    )
    assert "You can have 50 further keys here." in words(fill_in(cast.mia))
    ApiKey.objects.filter(name="Key 7").update(expires_at=datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone()))
    assert shows_secret(fill_in(cast.mia))


def test_keys_of_others_are_not_there(cast: Cast) -> None:
    """Of another member, of another organization (ATTACKS 24): the same 404, and nothing happens to them."""
    for key in (made(cast.theo, cast.acme), pair_of(cast.rita, cast.rival), pair_of(cast.olivia, cast.acme)):
        before = ApiKey.objects.filter(pk=key.pk).values().get()
        for below in ("", "rotation/", "revocation/"):
            assert cast.mia.client.get(f"{PAGE}{key.pk}/{below}").status_code == 404
            assert cast.mia.client.post(f"{PAGE}{key.pk}/{below}", {"overlap_hours": "0"}).status_code == 404
        assert cast.mia.client.post(f"{PAGE}{key.pk}/secret/").status_code == 404
        assert ApiKey.objects.filter(pk=key.pk).values().get() == before


def test_making_a_secret_asks_who_one_is_and_then_goes_on(cast: Cast) -> None:
    client, pair = cast.mia.client, pair_of(cast.mia, cast.acme)
    cast.mia.user.set_password("correct horse battery")
    cast.mia.user.save()
    client.force_login(cast.mia.user)
    for path, typed in (
        (f"{PAGE}{pair.pk}/secret/", {}),
        (f"{PAGE}new/", {"name": "Asked", "lasts": "30", "key_id": "01912345-0000-7000-8000-000000000002"}),
    ):
        session = client.session
        session.pop("account_authentication_methods", None)
        session.save()
        asked = client.post(path, typed)
        assert not shows_secret(asked)
        assert "You are about to change something important." in words(asked)
    assert not ApiKey.objects.exclude(secret="").exists()


def test_in_a_personal_account_there_is_nothing_about_people(cast: Cast) -> None:
    page = cast.sam.client.get("/o/personal/api-keys/")
    assert "First pair" in words(page)
    assert "Service keys" not in words(page)
    form = words(cast.sam.client.get("/o/personal/api-keys/new/"))
    assert "Edit the settings" in form
    assert "Invite members" not in form
    refused = cast.sam.client.post(
        "/o/personal/api-keys/new/",
        {"key_id": "01912345-0000-7000-8000-000000000003", "name": "a", "lasts": "30", "permissions": ["view_members"]},
    )
    assert "A personal account has nobody to do this with." in words(refused)


def test_suspended_by_staff_one_still_rotates_and_revokes_ones_own(cast: Cast) -> None:
    key = made(cast.theo, cast.acme, permissions=["start_services"])
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    assert ApiKey.objects.get(pk=key.pk).may == {"view_organization", "view_projects"}
    assert shows_secret(cast.theo.client.post(f"{PAGE}{key.pk}/rotation/", {"overlap_hours": "0"}))
    cast.theo.client.post(f"{PAGE}{key.pk}/revocation/")
    assert ApiKey.objects.get(pk=key.pk).revoked_at


def test_marked_up_names_stay_text(cast: Cast) -> None:
    made(cast.mia, cast.acme, name="<script>alert(1)</script>\u202e{{ 7*7 }}")
    page = body(cast.mia.client.get(PAGE))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_keys_of_a_removed_member_are_dead_at_once(cast: Cast) -> None:
    issued = create_key(organization=cast.acme, name="Script", by=cast.mia.actor(cast.acme))
    rotate_secret(key=issued.key, overlap_hours=24, by=cast.mia.actor(cast.acme))
    ApiKey.objects.filter(pk=issued.key.pk).update(last_used_from="192.0.2.1")
    issued.key.tokens.create(digest="0" * 64, expires_at=timezone.now() + timedelta(minutes=5))
    remove_member(membership=cast.mia.membership(cast.acme), by=cast.adam.actor(cast.acme))
    key = ApiKey.objects.get(pk=issued.key.pk)
    assert key.is_orphaned
    assert (key.secret, key.former_secret, key.may, key.last_used_from) == ("", "", frozenset(), None)
    assert not key.tokens.exists()
    # Neither is the pair there for who joins again.
    assert not ApiKey.objects.filter(organization=cast.acme, kind="pair", revoked_at=None, membership=None).exists()


def test_the_names_of_keys_leave_the_log_with_their_holders_account(cast: Cast) -> None:
    """Of those that they have, and of those that they had where they were before; who else acted stays named."""
    by = cast.adam.actor(cast.acme)
    key = made(cast.mia, cast.acme, name="Mia's laptop")
    revoke_key(key=key, reason="Mia asked me to", by=by)
    earlier = made(cast.theo, cast.acme, name="Theo's laptop")
    remove_member(membership=cast.theo.membership(cast.acme), by=by)
    ApiKey.objects.filter(pk=earlier.pk).delete()
    for person in (cast.mia, cast.theo):
        close_account(user=person.user, by=person.actor())
    left = Detail.objects.filter(event__target_id__in=[key.pk, earlier.pk])
    assert sorted(left.values_list("event__action", "actor", "target", "texts__reason")) == [
        ("api_key.created", "", "", None),
        ("api_key.created", "", "", None),
        ("api_key.revoked", "Adam Admin", "", None),
    ]
