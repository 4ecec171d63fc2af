"""Projects are made: what they are called, where they are, who sees them, and how many there may be."""

import pytest
from django.test import Client

from console.refusal import Refused
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import CustomRole, Membership
from organizations.roles import Permission
from projects.actions.projects import create_project
from projects.models import PersonGrant, Project, Region
from tests.api.keying import service_program
from tests.cast import Cast, Person
from tests.projects.making import make_project, make_region
from tests.reading import error_at, links, main_words, words

pytestmark = pytest.mark.django_db

NEW = "/o/acme/projects/new/"


def make(client: Client, path: str = NEW, **fields: str) -> tuple[str, dict[str, str]]:
    """Send the form; where it leads, and what stands at which field where it leads nowhere."""
    response = client.post(path, {"name": "Web shop", "region": "eu-west", "visibility": "organization", **fields})
    if response.status_code == 302:
        return response["Location"], {}
    assert response.status_code == 200
    named = ("name", "slug", "region", "description", "tags", "visibility")
    errors = {name: error for name in named if (error := error_at(response, name))}
    return "", errors or {"": words(response)}


def permissions_of(person: Person, project: Project) -> frozenset[Permission]:
    """What somebody may do in a project, as of now."""
    return Project.objects.get(pk=project.pk).permissions_of(person.actor(project.organization))


def test_a_project_is_made_with_what_was_typed_and_seen_by_others(cast: Cast) -> None:
    make_region("us-east", order=200)
    make_region()
    asked = cast.theo.client.get(NEW)
    assert "Choose a region Eu West Us East" in words(asked)
    leads_to, _errors = make(
        cast.theo.client, name="Web  shop", description="Sells\r\nthings.", tags="Shop, shop ,Élan,, elan, eu", slug=""
    )
    assert leads_to == "/o/acme/projects/web-shop/"
    page = main_words(cast.mia.client.get(leads_to))
    for said in ("Web shop", "Sells things.", "Eu West", "eu shop élan", "The organization", "by Theo Tech"):
        assert said in page
    listed = main_words(cast.mia.client.get("/o/acme/projects/"))
    assert "Web shop" in listed
    assert "New project" not in listed


def test_addresses_are_made_from_the_name_free_and_never_those_of_pages(cast: Cast) -> None:
    make_region()
    client = cast.theo.client
    made = [
        make(client, name=name, slug=slug)[0] for name, slug in (("Shop", ""), ("shop", ""), ("New", ""), ("日本", ""))
    ]
    ends = [address.removeprefix("/o/acme/projects/") for address in made]
    assert ends == ["shop/", "shop-2/", "new-2/", "project/"]
    assert make(client, slug="my-shop")[0] == "/o/acme/projects/my-shop/"
    for slug, said in {
        "shop": "Another project has this address. Choose another one.",
        "new": "This address is reserved. Choose another one.",
        "export": "This address is reserved. Choose another one.",
        "My shop": "Use small letters, digits and single hyphens, with a letter or digit at both ends.",
    }.items():
        assert make(client, slug=slug)[1] == {"slug": said}
    # Elsewhere it is free.
    assert make(cast.rita.client, "/o/rival/projects/new/", slug="shop")[0] == "/o/rival/projects/shop/"


def test_what_makes_no_sense_is_said_at_its_field(cast: Cast) -> None:
    make_region()
    make_region("closed", is_offered=False)
    for fields, at in (
        ({"name": "\u202e \u2800"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"region": "closed"}, "region"),
        ({"region": "mars"}, "region"),
        ({"visibility": "everybody"}, "visibility"),
        ({"tags": ",".join(f"tag{number}" for number in range(21))}, "tags"),
        ({"tags": "x" * 41}, "tags"),
        ({"description": "x" * 281}, "description"),
    ):
        assert list(make(cast.theo.client, **fields)[1]) == [at], fields
    assert not Project.objects.exists()


def test_with_one_region_nobody_has_to_choose_and_without_any_the_page_says_so(cast: Cast) -> None:
    assert "There is no region yet" in main_words(cast.theo.client.get(NEW))
    make_region()
    assert "Choose a region" not in words(cast.theo.client.get(NEW))
    Region.objects.update(is_offered=False)
    assert "There is no region yet" in make(cast.theo.client)[1][""]


def test_whoever_makes_a_restricted_project_keeps_it_and_others_know_nothing_of_it(cast: Cast) -> None:
    make_region()
    leads_to, _errors = make(cast.theo.client, visibility="restricted")
    project = Project.objects.get()
    assert Permission.MANAGE_PROJECTS in permissions_of(cast.theo, project)
    assert "Web shop" in main_words(cast.theo.client.get("/o/acme/projects/"))
    assert "Web shop" in main_words(cast.olivia.client.get("/o/acme/projects/"))
    assert cast.mia.client.get(leads_to).status_code == 404
    assert "Web shop" not in words(cast.mia.client.get("/o/acme/projects/"))
    assert cast.sam.client.get(leads_to).status_code == 404


def test_who_may_only_make_projects_can_manage_what_they_made(cast: Cast) -> None:
    make_region()
    maker = {Permission.VIEW_ORGANIZATION, Permission.VIEW_PROJECTS, Permission.CREATE_PROJECTS}
    role = CustomRole.objects.create(organization=cast.acme, name="Maker", permissions=maker)
    Membership.objects.filter(user=cast.mia.user, organization=cast.acme).update(role="custom", custom_role=role)
    leads_to, _errors = make(cast.mia.client)
    assert cast.mia.client.get(f"{leads_to}settings/").status_code == 200
    other = make_project(cast.acme, "other")
    assert cast.mia.client.get(f"/o/acme/projects/{other.slug}/settings/").status_code == 403


def test_who_manages_it_anyway_needs_no_grant(cast: Cast) -> None:
    make_region()
    make(cast.theo.client)
    assert not PersonGrant._default_manager.exists()


def test_beyond_the_allowance_the_page_says_how_many_and_who_gets_more(cast: Cast) -> None:
    make_region()
    cast.acme.allowances.create(name="projects", amount=2)
    make_project(cast.acme, "first")
    make_project(cast.acme, "second", state="archived")
    sentence = (
        "There can be 2 projects here, and there are. Delete one, or choose a larger plan under billing. "
        "Who can do that: members with the role Owner, Admin, Billing."
    )
    assert sentence in main_words(cast.theo.client.get(NEW))
    page = cast.olivia.client.get(NEW)
    assert "/o/acme/billing/plan/" in links(page)
    # A tab that was opened before.
    assert sentence in make(cast.theo.client)[1][""]
    assert Project.objects.count() == 2
    # Others have room of their own.
    assert make(cast.rita.client, "/o/rival/projects/new/")[0]


def test_a_suspended_organization_makes_none_and_says_who_can_pay(cast: Cast) -> None:
    make_region()
    client = cast.theo.client
    assert client.get(NEW).status_code == 200
    suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
    for response in (client.get(NEW), client.post(NEW, {"name": "Late", "region": "eu-west"})):
        assert response.status_code == 403
        said = words(response)
        assert "Your role allows it, but Acme is suspended." in said
        assert "Who can pay: members with the role Owner, Admin, Billing." in said
    assert not Project.objects.exists()


def test_a_personal_account_has_projects_of_its_own(cast: Cast) -> None:
    make_region()
    assert "Who can see it" not in words(cast.sam.client.get("/o/personal/projects/new/"))
    leads_to, _errors = make(cast.sam.client, "/o/personal/projects/new/", visibility="restricted")
    assert leads_to == "/o/personal/projects/web-shop/"
    assert Project.objects.get().visibility == "organization"
    saved = cast.sam.client.post(f"{leads_to}settings/", {"name": "Garden"}, follow=True)
    assert "The settings are saved." in words(saved)
    assert "Garden" in main_words(saved)
    for path in ("", "web-shop/", "web-shop/settings/", "web-shop/deletion/"):
        assert cast.sam.client.get(f"/o/personal/projects/{path}").status_code == 200
    # The same address is another account for somebody else.
    assert cast.rita.client.get(leads_to).status_code == 404


def test_fields_that_a_form_does_not_have_are_ignored(cast: Cast) -> None:
    make_region()
    make(cast.theo.client, organization=str(cast.rival.pk), state="archived", created_by=str(cast.rita.user.pk))
    project = Project.objects.get()
    assert (project.organization, project.state, project.created_by) == (cast.acme, "active", cast.theo.user)


def test_an_organizations_key_makes_nothing_that_it_could_not_see(cast: Cast) -> None:
    make_region()
    held = {Permission.VIEW_ORGANIZATION, Permission.VIEW_PROJECTS, Permission.CREATE_PROJECTS}
    by = Actor.program(service_program(cast.acme, permissions=held).key)
    made = create_project(organization=cast.acme, name="Open", by=by)
    assert made.created_by is None
    with pytest.raises(Refused) as refusal:
        create_project(organization=cast.acme, name="Hidden", visibility="restricted", by=by)
    assert (refusal.value.code, refusal.value.field) == ("out-of-sight", "visibility")
    assert Project.objects.count() == 1
