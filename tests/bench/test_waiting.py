"""Invitations and requests to join, ten thousand of each: the queries of a short list, found by an index."""

import pytest
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from accounts.models import User
from organizations.models import Invitation, JoinRequest
from tests.bench.plans import asked, explain, the_one
from tests.bulk import insert, made_id
from tests.cast import Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

MANY = 10_000
INVITATIONS = "/o/acme/members/invitations/"
REQUESTS = "/o/acme/members/requests/"
# Milliseconds of the database, on a machine that does other things too.
AT_ONCE = 100
LOOKING = 1_000


def test_invitations(cast: Cast) -> None:
    Invitation.objects.create(organization=cast.acme, email="first@example.net", role="member")
    alone = len(asked(cast.olivia.client, INVITATIONS))
    for organization, slug in ((cast.acme, "acme"), (cast.rival, "rival")):
        like = Invitation(organization=organization, role="member", invited_by=cast.olivia.user)
        insert(like, MANY, {"id": made_id(f"invitation {slug}"), "email": f"'guest' || n || '@{slug}.example.net'"}, {})
    for query in ("", "?state=pending", "?state=expired", "?q=guest77"):
        page = asked(cast.olivia.client, INVITATIONS + query)
        assert len(page) == alone == 7, query
        plan = explain(the_one(page, 'ORDER BY "organizations_invitation"'))
        print(f"{plan}  {INVITATIONS}{query}")
        assert not plan.reads_all_of("organizations_invitation"), query
        assert plan.milliseconds < LOOKING, query
        if query in {"", "?state=pending"}:
            assert plan.uses("invitation_by_age") or plan.uses("invitation_by_state"), query
            assert plan.milliseconds < AT_ONCE, query


def test_requests(cast: Cast) -> None:
    JoinRequest.objects.create(organization=cast.acme, user=cast.sam.user)
    alone = len(asked(cast.adam.client, REQUESTS))
    user_id = made_id("asking")
    insert(User(password=UNUSABLE_PASSWORD_PREFIX), MANY, {"id": user_id, "email": "'asks' || n || '@example.net'"}, {})
    for organization, slug in ((cast.acme, "acme"), (cast.rival, "rival")):
        insert(JoinRequest(organization=organization), MANY, {"id": made_id(f"request {slug}"), "user_id": user_id}, {})
    for query in ("", "?state=declined", "?q=asks77"):
        page = asked(cast.adam.client, REQUESTS + query)
        assert len(page) == alone == 7, query
        plan = explain(the_one(page, 'ORDER BY "organizations_joinrequest"'))
        print(f"{plan}  {REQUESTS}{query}")
        assert not plan.reads_all_of("organizations_joinrequest"), query
        assert plan.milliseconds < LOOKING, query
        if query == "":
            assert plan.uses("join_request_by_state")
            assert plan.milliseconds < AT_ONCE
