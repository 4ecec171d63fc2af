"""Each membership has one first pair, by whatever way it began (text 004, *Accounts and API keys*)."""

import importlib

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from organizations.actions import accept_invitation, approve_request, invite_member, join_by_domain, request_to_join
from organizations.models import ApiKey, Domain, Membership
from tests.cast import Cast, make_person

pytestmark = pytest.mark.django_db


def without_one_pair() -> list[Membership]:
    pairs = Count("api_keys", filter=Q(api_keys__kind="pair", api_keys__revoked_at=None))
    return list(Membership.objects.annotate(pairs=pairs).exclude(pairs=1))


def test_whoever_comes_in_has_a_pair_of_their_own(cast: Cast) -> None:
    """Personal accounts and founders are in the cast; here are the other ways in."""
    by = cast.adam.actor(cast.acme)
    invitation = invite_member(organization=cast.acme, email="sam.stranger@example.com", role="member", by=by)
    accept_invitation(invitation=invitation, by=cast.sam.actor())
    cast.acme.discoverability = "public"
    cast.acme.save()
    asked = request_to_join(organization=cast.acme, note="", by=cast.rita.actor())
    approve_request(join_request=asked, role="tech", by=by)
    domain = Domain.objects.create(
        organization=cast.acme, name="example.com", role="member", joining="join", verified_at=timezone.now()
    )
    newcomer = make_person("new.comer@example.com")
    join_by_domain(domain=domain, user=newcomer.user, by=newcomer.actor())
    assert newcomer.membership(cast.acme).api_keys.count() == 1
    user = make_person("many.more@example.com").user
    Membership.objects.bulk_create([Membership.build(organization=cast.acme, user=user, role="member")])
    assert without_one_pair() == []
    # Saved again, or with another role, it keeps the pair that it has.
    newcomer.membership(cast.acme).save()
    assert without_one_pair() == []
    assert len(set(ApiKey.objects.values_list("access_id", flat=True))) == Membership.objects.count()


def test_memberships_from_before_keys_were_there_get_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = cast.mia.membership(cast.acme).api_keys.get()
    ApiKey.objects.exclude(pk=kept.pk).delete()
    migration = importlib.import_module("organizations.migrations.0006_first_pairs")
    monkeypatch.setattr(migration, "BATCH", 3)
    migration.give_pairs(apps, connection.schema_editor())
    assert without_one_pair() == []
    assert cast.mia.membership(cast.acme).api_keys.get() == kept
    assert not ApiKey.objects.exclude(secret="").exists()


def test_the_database_holds_that_a_pair_is_as_good_as_its_member_and_a_former_secret_ends(cast: Cast) -> None:
    pair = ApiKey.objects.filter(pk=cast.mia.membership(cast.acme).api_keys.get().pk)
    for wrong in (
        {"permissions": frozenset({"view_organization"})},
        {"former_secret": "sealed"},
        {"former_until": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            pair.update(**wrong)
    assert pair.update(former_secret="sealed", former_until=timezone.now()) == 1
