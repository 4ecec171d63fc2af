"""Who has access to a project, and why, as its page says it; and whom it offers to grant it to."""

import pytest

from accounts.models import User
from organizations import policies
from organizations.actions import create_role
from organizations.models import Membership
from projects.forms import grants as forms
from projects.levels import Level
from projects.models.grant import set_person_level, set_role_level
from projects.models.project import Visibility
from tests.cast import Cast
from tests.projects.making import make_project
from tests.reading import body, main_words, words

pytestmark = pytest.mark.django_db

ACCESS = "/o/acme/projects/secret/access/"
SEARCH = {"HX-Request": "true", "HX-Target": "people"}


def test_it_says_of_anybody_what_they_may_do_and_why(cast: Cast) -> None:
    project = make_project(cast.acme, "secret", visibility=Visibility.RESTRICTED)
    set_person_level(project, cast.mia.user.pk, Level.VIEW)
    set_role_level(project, policies.current().role("member"), Level.OPERATE)
    client = cast.olivia.client
    page = main_words(client.get(ACCESS))
    assert "Restricted: only those who were granted it, and those who manage the organization." in page
    assert "Owner 1 member Manage" in page
    assert "Member 1 member nothing Operate" in page
    # A role that neither allows nor was granted anything is none of those with access.
    assert "Billing 1 member" not in page
    assert "mia.member@example.com Operate Operate, granted to the role MemberView, granted by name" in page
    assert "theo.tech@example.com" not in page
    found = words(client.get(f"{ACCESS}?q=theo", headers=SEARCH))
    assert "theo.tech@example.com Cannot see it" in found
    found = words(client.get(f"{ACCESS}?q=adam", headers=SEARCH))
    assert "adam.admin@example.com Manage Manage, by the role Admin" in found
    assert "Nobody found" in words(client.get(f"{ACCESS}?q=rita", headers=SEARCH))


def test_a_role_that_says_less_than_a_level_is_told_in_its_own_words(cast: Cast) -> None:
    by = cast.olivia.actor(cast.acme)
    role = create_role(organization=cast.acme, name="Keeper", permissions=["view_members", "manage_projects"], by=by)
    member = cast.mia.membership(cast.acme)
    member.give(role.as_role)
    member.save()
    make_project(cast.acme, "secret")
    page = main_words(cast.mia.client.get(ACCESS))
    assert "Keeper 1 member See the projects, manage projects, and who may do what in them" in page
    assert "Grant access" in page


def test_who_may_not_see_the_members_is_not_told_who_they_are(cast: Cast) -> None:
    by = cast.olivia.actor(cast.acme)
    role = create_role(organization=cast.acme, name="Guest", permissions=[], by=by)
    member = cast.mia.membership(cast.acme)
    member.give(role.as_role)
    member.save()
    project = make_project(cast.acme, "secret")
    set_person_level(project, cast.mia.user.pk, Level.MANAGE)
    client = cast.mia.client
    assert "Access" not in main_words(client.get("/o/acme/projects/secret/"))
    for path in (ACCESS, f"{ACCESS}new/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "“see its members”" in main_words(answer)


def test_where_there_are_many_one_searches_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a script, too; whoever is beyond the list can be granted all the same."""
    make_project(cast.acme, "secret")
    monkeypatch.setattr("projects.views.granting.OFFERED", 3)
    client = cast.olivia.client
    page = body(client.get(f"{ACCESS}new/"))
    assert "Search by name or address" in page
    assert page.count("<option") == len(policies.current().roles) + 3 + 1
    assert "Theo Tech" not in page
    found = body(client.get(f"{ACCESS}new/?q=theo", headers={"HX-Request": "true", "HX-Target": "person"}))
    assert "Theo Tech (theo.tech@example.com)" in found
    assert "Search by" not in found
    theo = cast.theo.membership(cast.acme).pk
    assert client.post(f"{ACCESS}new/", {"membership": theo, "level": "view"}).status_code == 302


def test_a_page_of_thousands_of_members_shows_roles_with_numbers_and_no_more(cast: Cast) -> None:
    make_project(cast.acme, "secret")
    users = User.objects.bulk_create(User(email=f"p{index}@example.com") for index in range(forms.OFFERED + 10))
    Membership.objects.bulk_create(Membership.build(organization=cast.acme, user=user, role="member") for user in users)
    page = main_words(cast.olivia.client.get(ACCESS))
    assert f"Member {forms.OFFERED + 11} members View" in page
    assert "p1@example.com" not in page
