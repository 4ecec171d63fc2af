"""Grants in projects through the API (issue 6, Deliver 2 and 6)."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.actions import create_role
from organizations.models import Membership
from projects.levels import Level
from projects.models import Project
from projects.models.grant import set_person_level
from tests.api.keying import Program, logged, problem, program_of, service_program
from tests.cast import Cast
from tests.projects.making import make_project

pytestmark = pytest.mark.django_db

ACCESS = "/projects/website/access"
ALL = ["manage_projects", "operate_services", "start_services", "view_projects"]
OPERATE = ["operate_services", "start_services", "view_projects"]


@pytest.fixture
def website(cast: Cast) -> Project:
    """A project that only those see who were granted it, and who manage the organization."""
    return make_project(cast.acme, visibility="restricted")


def test_a_person_is_granted_another_level_and_nothing(cast: Cast, adams: Program, website: Project) -> None:
    mia, mias = cast.mia.membership(cast.acme), program_of(cast.mia, cast.acme)
    assert mias.get("/projects/website").status_code == 404
    path = f"{ACCESS}/people/{mia.pk}"
    nothing: dict[str, Any] = {
        "membership": str(mia.pk), "name": "Mia Member", "email": "mia.member@example.com", "role": "member",
        "level": None, "role_level": None, "permissions": [],
    }  # fmt: skip
    assert adams.get(path).json() == nothing
    answer = adams.post(f"{ACCESS}/people", {"membership": str(mia.pk), "level": "view"})
    assert (answer.status_code, answer.json()) == (200, nothing | {"level": "view", "permissions": ["view_projects"]})
    assert logged("grant.given")["key"] == adams.key.pk
    adams.post(f"{ACCESS}/people", {"membership": str(mia.pk), "level": "operate"})
    operating = nothing | {"level": "operate", "permissions": OPERATE}
    assert adams.get(path).json() == operating
    assert adams.get(f"{ACCESS}/people").json() == {"items": [operating], "next": None}
    assert mias.get("/projects/website").json()["permissions"] == OPERATE
    seen = adams.get(path).headers["ETag"]
    assert problem(adams.send("DELETE", path, None, {"If-Match": '"other"'})) == (412, "changed")
    for _time in range(2):
        assert adams.send("DELETE", path, None, {"If-Match": f'{seen}, "*"'} if not _time else None).status_code == 204
    assert adams.get(path).json() == nothing
    assert mias.get("/projects/website").status_code == 404


def test_a_role_is_granted_a_level_and_the_table_says_what_each_allows(
    cast: Cast, adams: Program, website: Project
) -> None:
    guest = create_role(
        organization=cast.acme, name="Guest", permissions=["view_members"], by=cast.olivia.actor(cast.acme)
    )
    shown = {one["role"]: (one["level"], one["permissions"]) for one in adams.get(ACCESS).json()["roles"]}
    assert shown == {
        "owner": (None, ALL), "admin": (None, ALL), "billing": (None, []), "tech": (None, []), "member": (None, []),
        str(guest.pk): (None, []),
    }  # fmt: skip
    for role in ("member", str(guest.pk)):
        answer = adams.post(f"{ACCESS}/roles", {"role": role, "level": "operate"})
        assert (answer.status_code, answer.json()["level"], answer.json()["permissions"]) == (200, "operate", OPERATE)
        assert adams.get(f"{ACCESS}/roles/{role}").json() == answer.json()
    mia = adams.get(f"{ACCESS}/people/{cast.mia.membership(cast.acme).pk}").json()
    assert (mia["level"], mia["role_level"], mia["permissions"]) == (None, "operate", OPERATE)
    assert adams.send("DELETE", f"{ACCESS}/roles/member").status_code == 204
    assert adams.get(f"{ACCESS}/roles/member").json()["permissions"] == []
    assert logged("grant.revoked")["key"] == adams.key.pk
    # In a project that the organization sees, the roles count by themselves.
    adams.send("PATCH", "/projects/website", {"visibility": "organization"})
    now = {one["role"]: one["permissions"] for one in adams.get(ACCESS).json()["roles"]}
    assert (now["tech"], now["billing"], now[str(guest.pk)]) == (ALL, ["view_projects"], OPERATE)


def test_what_cannot_be_granted_is_refused_at_its_field(cast: Cast, adams: Program, website: Project) -> None:
    mia, rita = cast.mia.membership(cast.acme).pk, cast.rita.membership(cast.rival).pk
    for path, body, code, field in (
        ("people", {"membership": str(mia), "level": "own"}, "invalid", "level"),
        ("people", {"membership": "mia", "level": "view"}, "invalid", "membership"),
        ("people", {"membership": str(rita), "level": "view"}, "gone", "membership"),
        ("people", {"membership": str(uuid4()), "level": "view"}, "gone", "membership"),
        ("roles", {"role": "emperor", "level": "view"}, "role", "role"),
        ("roles", {"role": str(uuid4()), "level": "view"}, "role", "role"),
    ):
        answer = adams.post(f"{ACCESS}/{path}", body)
        assert (*problem(answer), answer.json()["errors"][0]["field"]) == (422, code, field), body
    for path in (f"people/{rita}", f"people/{uuid4()}", "roles/emperor", f"roles/{uuid4()}"):
        for method in ("GET", "DELETE"):
            assert problem(adams.send(method, f"{ACCESS}/{path}")) == (404, "not-found"), path


def test_no_key_gives_more_than_it_holds_there(cast: Cast, website: Project) -> None:
    limited = service_program(
        cast.acme,
        permissions={
            "view_organization", "view_members", "view_projects", "manage_projects", "manage_restricted_projects",
        },
    )  # fmt: skip
    mia = {"membership": str(cast.mia.membership(cast.acme).pk)}
    for level, expected in (("operate", 422), ("manage", 422), ("view", 200)):
        assert limited.post(f"{ACCESS}/people", {**mia, "level": level}).status_code == expected, level
    assert problem(limited.post(f"{ACCESS}/roles", {"role": "member", "level": "operate"})) == (422, "above-own")
    # Nor does it take more away.
    set_person_level(website, cast.mia.user.pk, Level.MANAGE)
    assert problem(limited.send("DELETE", f"{ACCESS}/people/{mia['membership']}")) == (409, "above-own")
    # Who was granted it manages it, and raises nobody's own level.
    mias = program_of(cast.mia, cast.acme)
    theo = {"membership": str(cast.theo.membership(cast.acme).pk), "level": "manage"}
    assert mias.post(f"{ACCESS}/people", theo).json()["permissions"] == ALL


def test_who_has_access_is_told_to_who_may_see_members(cast: Cast, website: Project) -> None:
    set_person_level(website, cast.mia.user.pk, Level.VIEW)
    mias = program_of(cast.mia, cast.acme)
    mia = cast.mia.membership(cast.acme).pk
    assert mias.get(ACCESS).status_code == 200
    grant = {"membership": str(mia), "level": "manage"}
    assert problem(mias.post(f"{ACCESS}/people", grant)) == (403, "permission")
    blind = program_of(cast.mia, cast.acme, permissions={"view_organization", "view_projects"})
    for path in (ACCESS, f"{ACCESS}/people", f"{ACCESS}/people/{mia}", f"{ACCESS}/roles/member"):
        answer = blind.get(path)
        assert problem(answer) == (403, "permission")
        assert "view_members" in answer.json()["detail"]
        # Before that: whether there is such a project.
        assert problem(program_of(cast.theo, cast.acme).get(path)) == (404, "not-found")


def test_a_personal_account_has_nobody_to_grant_anything_to(cast: Cast) -> None:
    personal = cast.sam.user.personal_account
    make_project(personal)
    sams = program_of(cast.sam, personal)
    own = cast.sam.membership(personal).pk
    assert problem(sams.get(ACCESS)) == (404, "not-found")
    assert problem(sams.post(f"{ACCESS}/people", {"membership": str(own), "level": "view"})) == (404, "not-found")


def test_people_come_by_name_in_pages_that_cost_the_same(cast: Cast, adams: Program, website: Project) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert adams.get(f"{ACCESS}/people", limit="100").status_code == 200
        return len(captured)

    set_person_level(website, cast.mia.user.pk, Level.OPERATE)
    adams.get("/key")
    with_one = queries()
    for member in Membership.objects.filter(organization=cast.acme):
        set_person_level(website, member.user_id, Level.VIEW)
    assert queries() == with_one <= 8
    first = adams.get(f"{ACCESS}/people", limit="3").json()
    assert [one["name"] for one in first["items"]] == ["Adam Admin", "Bella Billing", "Mia Member"]
    last = adams.get(f"{ACCESS}/people", limit="3", after=first["next"]).json()
    assert [one["name"] for one in last["items"]] == ["Olivia Owner", "Theo Tech"]
    # What was granted ends with the membership.
    cast.acme.memberships.filter(user=cast.theo.user).update(ends_at="2020-01-01T00:00:00Z")
    assert "Theo Tech" not in adams.get(f"{ACCESS}/people").content.decode()
