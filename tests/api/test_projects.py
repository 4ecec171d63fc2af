"""Projects through the API (issue 6, Deliver 6)."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Allowance
from projects.levels import Level
from projects.models import PersonGrant, Project, Tag
from projects.models.grant import set_person_level
from tests.api.keying import Program, logged, problem, program_of, service_program
from tests.cast import Cast
from tests.projects.making import make_project, make_region, make_service

pytestmark = pytest.mark.django_db

SEES = {"view_organization", "view_projects"}


def slugs(program: Program, **query: str) -> list[str]:
    """The projects that a program is shown."""
    return [one["slug"] for one in program.get("/projects", None, **query).json()["items"]]


def test_a_project_is_made_changed_archived_and_brought_back(cast: Cast, adams: Program) -> None:
    make_region()
    answer = adams.post("/projects", {"name": "Web site", "tags": ["Production", "eu"], "description": "Our shop"})
    made = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/projects/web-site")
    assert {name: made[name] for name in ("slug", "name", "description", "region", "visibility", "state", "tags")} == {
        "slug": "web-site", "name": "Web site", "description": "Our shop", "region": "eu-west",
        "visibility": "organization", "state": "active", "tags": ["eu", "production"],
    }  # fmt: skip
    assert (made["created_by"], made["archived_at"], made["ends_at"]) == ("Adam Admin", None, None)
    assert made["permissions"] == ["manage_projects", "operate_services", "start_services", "view_projects"]
    assert adams.get("/projects/web-site").json() == made
    project = Project.objects.get()
    assert logged("project.created") == {
        "actor": cast.adam.user.pk, "key": adams.key.pk, "target": project.pk, "outcome": "done"
    }  # fmt: skip

    changed = adams.send("PATCH", "/projects/web-site", {"name": "Shop"}).json()
    assert (changed["name"], changed["slug"], changed["tags"]) == ("Shop", "web-site", ["eu", "production"])
    changed = adams.send("PATCH", "/projects/web-site", {"tags": [], "visibility": "restricted"}).json()
    assert (changed["name"], changed["tags"], changed["visibility"]) == ("Shop", [], "restricted")

    archived = adams.post("/projects/web-site/archiving")
    assert (archived.status_code, archived.json()["state"]) == (200, "archived")
    assert archived.json()["archived_at"]
    assert problem(adams.send("PATCH", "/projects/web-site", {"name": "Store"})) == (409, "archived")
    assert problem(adams.post("/projects/web-site/archiving")) == (409, "archived")
    assert adams.post("/projects/web-site/restoration").json()["state"] == "active"


def test_what_was_sent_wrong_is_named_by_its_field(cast: Cast, adams: Program) -> None:
    make_project(cast.acme)
    make_region("us-east")
    for body, code, field in (
        ({}, "invalid", "name"),
        ({"name": "x" * 81}, "invalid", "name"),
        ({"name": " ", "region": "us-east"}, "name", "name"),
        ({"name": "Shop"}, "region", "region"),
        ({"name": "Shop", "region": "moon"}, "region", "region"),
        ({"name": "Shop", "region": "us-east", "slug": "new"}, "slug-reserved", "slug"),
        ({"name": "Shop", "region": "us-east", "slug": "website"}, "slug-taken", "slug"),
        ({"name": "Shop", "visibility": "everybody"}, "invalid", "visibility"),
        ({"name": "Shop", "state": "archived"}, "invalid", "state"),
    ):
        answer = adams.post("/projects", body)
        assert (*problem(answer), answer.json()["errors"][0]["field"]) == (422, code, field), body
    assert problem(adams.send("PATCH", "/projects/website", {"slug": "shop"})) == (422, "invalid")
    assert problem(adams.get("/projects", region="moon")) == (422, "region")
    assert problem(adams.get("/projects", state="lost")) == (422, "invalid")


def test_deleting_leaves_seven_days_in_which_it_is_undone(cast: Cast, adams: Program) -> None:
    service = make_service(make_project(cast.acme))
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False):
        assert adams.send("DELETE", "/projects/website").status_code == 204
        shown = adams.get("/projects/website").json()
        assert (shown["state"], shown["ends_at"]) == ("deleting", "2027-03-08T12:00:00Z")
        service.refresh_from_db()
        assert service.state == "stopping"
        assert problem(adams.send("DELETE", "/projects/website")) == (409, "deleting")
    with time_machine.travel("2027-03-08T11:59:00Z", tick=False):
        assert adams.post("/projects/website/recovery").json()["state"] == "active"
    assert problem(adams.post("/projects/website/recovery")) == (409, "not-deleting")


def test_who_saw_another_state_changes_nothing(cast: Cast, adams: Program) -> None:
    make_project(cast.acme)
    seen = adams.get("/projects/website").headers["ETag"]
    assert adams.send("PATCH", "/projects/website", {"name": "Shop"}, {"If-Match": seen}).status_code == 200
    for method, body in (("PATCH", {"name": "Store"}), ("DELETE", None)):
        assert problem(adams.send(method, "/projects/website", body, {"If-Match": seen})) == (412, "changed")
    project = Project.objects.get()
    assert (project.name, project.state) == ("Shop", "active")
    seen = adams.get("/projects/website").headers["ETag"]
    assert adams.get("/projects/website", {"If-None-Match": seen}).status_code == 304
    assert adams.send("DELETE", "/projects/website", None, {"If-Match": seen}).status_code == 204


def test_a_list_is_searched_filtered_sorted_and_paged(cast: Cast, adams: Program) -> None:
    make_region("us-east")
    for name, tags, region in (("Shop", ["live"], "us-east"), ("Blog", ["live", "old"], ""), ("Attic", [], "")):
        adams.post("/projects", {"name": name, "tags": tags, "region": region or make_region().key})
    adams.send("PATCH", "/projects/blog", {"visibility": "restricted"})
    adams.post("/projects/attic/archiving")
    assert slugs(adams) == ["attic", "blog", "shop"]
    assert slugs(adams, sort="-name") == ["shop", "blog", "attic"]
    assert slugs(adams, sort="created") == ["shop", "blog", "attic"]
    assert slugs(adams, sort="-changed") == ["attic", "blog", "shop"]
    for query, expected in (
        ({"q": "SHO"}, ["shop"]), ({"state": "archived"}, ["attic"]), ({"region": "us-east"}, ["shop"]),
        ({"tag": "live"}, ["blog", "shop"]), ({"visibility": "restricted"}, ["blog"]), ({"tag": "nothing"}, []),
        ({"tag": "live", "visibility": "organization"}, ["shop"]),
    ):  # fmt: skip
        assert slugs(adams, **query) == expected, query
    first = adams.get("/projects", limit="2").json()
    assert [one["slug"] for one in first["items"]] == ["attic", "blog"]
    assert slugs(adams, limit="2", after=first["next"]) == ["shop"]


def test_a_key_knows_of_what_its_role_and_its_holders_grants_say(cast: Cast) -> None:
    make_project(cast.acme, "website")
    hidden, given = (make_project(cast.acme, slug, visibility="restricted") for slug in ("hidden", "given"))
    make_project(cast.rival, "theirs")
    set_person_level(given, cast.mia.user.pk, Level.OPERATE)
    mias, theos = (program_of(person, cast.acme) for person in (cast.mia, cast.theo))
    everything = service_program(cast.acme)
    looking = service_program(cast.acme, permissions=SEES | {"operate_services"})
    limited = program_of(cast.mia, cast.acme, permissions=SEES)
    blind = program_of(cast.mia, cast.acme, permissions={"view_organization", "operate_services"})
    for program, seen in (
        (program_of(cast.olivia, cast.acme), ["given", "hidden", "website"]),
        (everything, ["given", "hidden", "website"]),
        (theos, ["website"]),
        # Nobody can grant a key of the organization anything.
        (looking, ["website"]),
        (mias, ["given", "website"]),
        (limited, ["given", "website"]),
        (blind, []),
    ):
        assert slugs(program) == seen
        for slug in ("given", "hidden", "website", "theirs", "nothing"):
            answer = program.get(f"/projects/{slug}")
            assert answer.status_code == (200 if slug in seen else 404), slug
            if slug not in seen:
                changed = program.send("PATCH", f"/projects/{slug}", {"name": "Mine"})
                assert problem(changed) == (404, "not-found")
    assert mias.get("/projects/given").json()["permissions"] == ["operate_services", "start_services", "view_projects"]
    # What the key says is the most, whatever was granted to its holder.
    assert limited.get("/projects/given").json()["permissions"] == ["view_projects"]
    assert hidden.name == "Hidden"


def test_who_may_only_see_is_told_which_permission_is_missing(cast: Cast) -> None:
    make_project(cast.acme)
    mias = program_of(cast.mia, cast.acme)
    for method, path, body, needed in (
        ("POST", "/projects", {"name": "Mine"}, "create_projects"),
        ("PATCH", "/projects/website", {"name": "Mine"}, "manage_projects"),
        # Before what was sent is looked at.
        ("PATCH", "/projects/website", {"nonsense": 1}, "manage_projects"),
        ("DELETE", "/projects/website", None, "manage_projects"),
        ("POST", "/projects/website/archiving", None, "manage_projects"),
        ("POST", "/projects/website/services", {}, "start_services"),
    ):
        answer = mias.send(method, path, body, {"If-Match": '"other"'})
        assert problem(answer) == (403, "permission"), path
        assert needed in answer.json()["detail"]
    assert logged("permission.denied")["key"] == mias.key.pk


def test_a_service_key_restricts_nothing_that_it_would_not_see_again(cast: Cast) -> None:
    make_project(cast.acme)
    robot = service_program(cast.acme, permissions=SEES | {"create_projects", "manage_projects"})
    restricted = {"visibility": "restricted"}
    assert problem(robot.send("PATCH", "/projects/website", restricted)) == (422, "out-of-sight")
    assert problem(robot.post("/projects", {"name": "Shop", **restricted})) == (422, "out-of-sight")
    made = robot.post("/projects", {"name": "Shop"}).json()
    assert (made["created_by"], made["permissions"]) == ("", ["manage_projects", "view_projects"])


def test_who_makes_a_project_with_a_limited_key_may_do_there_what_the_key_says(cast: Cast) -> None:
    make_region()
    limited = program_of(cast.theo, cast.acme, permissions=SEES | {"create_projects"})
    made = limited.post("/projects", {"name": "Shop", "visibility": "restricted"})
    assert (made.status_code, made.json()["permissions"]) == (201, ["view_projects"])
    # Its holder manages it.
    assert "manage_projects" in program_of(cast.theo, cast.acme).get("/projects/shop").json()["permissions"]


def test_the_plan_and_a_suspension_set_a_limit(cast: Cast, adams: Program) -> None:
    make_project(cast.acme)
    Allowance.objects.create(organization=cast.acme, name=Allowance.Name.PROJECTS, amount=1)
    answer = adams.post("/projects", {"name": "Shop"})
    assert problem(answer) == (409, "allowance")
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    assert problem(adams.post("/projects", {"name": "Shop"})) == (403, "permission")
    assert adams.send("PATCH", "/projects/website", {"name": "Shop"}).status_code == 200


def test_sent_twice_a_project_is_made_once(cast: Cast, adams: Program) -> None:
    make_region()
    first, second = (adams.post("/projects", {"name": "Shop"}, {"Idempotency-Key": "shop"}) for _time in range(2))
    assert first.json() == second.json()
    assert Project.objects.count() == 1


def test_personal_accounts_have_projects_too(cast: Cast) -> None:
    make_region()
    personal = cast.sam.user.personal_account
    sams = program_of(cast.sam, personal)
    assert sams.post("/projects", {"name": "Garden"}).status_code == 201
    assert slugs(sams) == ["garden"]


def test_regions_and_the_catalogue_say_what_there_is_to_have(cast: Cast, adams: Program) -> None:
    make_region("us-east", is_offered=False)
    make_service(make_project(cast.acme))
    assert adams.get("/regions").json() == {"items": [{"key": "eu-west", "name": "Eu West"}]}
    (kind,) = adams.get("/catalogue", region="us-east").json()["items"]
    assert kind == {
        "key": "postgresql", "name": "Postgresql", "description": "", "form": {}, "regions": [], "sizes": [
            {
                "key": "small", "name": "Small", "description": "", "price_per_hour": "0.0200", "currency": "EUR"
            },
            {
                "key": "large", "name": "Large", "description": "", "price_per_hour": "0.0800", "currency": "EUR"
            },
        ],
    }  # fmt: skip
    assert problem(adams.get("/catalogue", region="moon")) == (422, "region")


def test_an_address_that_no_project_can_have_is_a_404(cast: Cast, adams: Program) -> None:
    for slug in ("new", "%00", "x" * 300, "a%2Fb", "é", "'", "..", "WEBSITE"):
        assert problem(adams.get(f"/projects/{slug}")) == (404, "not-found"), slug


def test_a_member_whose_grants_count_costs_no_more_for_a_hundred_projects(cast: Cast) -> None:
    mias = program_of(cast.mia, cast.acme)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mias.get("/projects", limit="100").status_code == 200
        return len(captured)

    first = make_project(cast.acme, "first", visibility="restricted", created_by=cast.olivia.user)
    grant = set_person_level(first, cast.mia.user.pk, Level.VIEW)
    Tag.objects.create(project=first, name="live")
    mias.get("/key")
    with_one = queries()
    made = Project.objects.bulk_create(
        Project(
            organization=cast.acme,
            slug=f"project-{number}",
            name="Project",
            region=first.region,
            visibility="restricted",
            created_by=cast.mia.user,
        )
        for number in range(99)
    )
    Tag.objects.bulk_create(Tag(project=project, name="live") for project in made)
    PersonGrant._default_manager.bulk_create(
        PersonGrant(user=cast.mia.user, permission=grant.permission, content_object=project) for project in made
    )
    assert len(slugs(mias, limit="100")) == 100
    # The key with all that it stands for, the regions, the list and its tags.
    assert queries() == with_one <= 6
