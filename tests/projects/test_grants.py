"""Grants of a project: given, changed and taken back on its pages, and what becomes of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import Notification
from audit.models import Event
from console.refusal import Refused
from organizations import policies
from organizations.actions import create_role, delete_role, remove_member, suspend_organization
from organizations.actors import Actor
from organizations.models import Membership
from projects.actions.grants import grant_person, grant_role, revoke_person, revoke_role
from projects.actions.projects import archive_project
from projects.levels import Level
from projects.models import PersonGrant, Project, RoleGrant, RoleGroup
from projects.models.grant import person_level, set_person_level, set_role_level
from projects.models.project import Visibility
from tests.cast import Cast, Person
from tests.projects.making import make_project
from tests.reading import main_words, words

pytestmark = pytest.mark.django_db

ACCESS = "/o/acme/projects/secret/access/"
NEW = f"{ACCESS}new/"


@pytest.fixture
def secret(cast: Cast) -> Project:
    return make_project(cast.acme, "secret", visibility=Visibility.RESTRICTED)


def grant(cast: Cast, who: Person, person: Person, level: str, **more: str) -> str:
    """What the page says after somebody granted on it."""
    membership = person.membership(cast.acme).pk
    answer = who.client.post(NEW, {"membership": membership, "level": level, **more}, follow=True)
    return words(answer)


def removal(cast: Cast, person: Person) -> str:
    return f"{ACCESS}people/{person.membership(cast.acme).pk}/removal/"


def managed_by(cast: Cast, project: Project, *permissions: str) -> Person:
    """Mia with a role that may do just this in a project that all see."""
    role = create_role(organization=cast.acme, name="Keeper", permissions=permissions, by=cast.olivia.actor(cast.acme))
    member = cast.mia.membership(cast.acme)
    member.give(role.as_role)
    member.save()
    return cast.mia


@pytest.mark.embedded
def test_a_grant_opens_the_project_is_changed_and_taken_back(cast: Cast, secret: Project) -> None:
    page = "/o/acme/projects/secret/"
    assert cast.mia.client.get(page).status_code == 404
    assert "Mia Member was granted Secret: view." in grant(cast, cast.olivia, cast.mia, "view")
    assert cast.mia.client.get(page).status_code == 200
    assert cast.mia.client.post(NEW, {}).status_code == 403
    assert "Mia Member was granted Secret: manage." in grant(cast, cast.olivia, cast.mia, "manage", was="view")
    assert cast.mia.client.get(NEW).status_code == 200
    asked = main_words(cast.olivia.client.get(removal(cast, cast.mia)))
    assert (
        "In Secret, Mia Member can no longer: see the projects, manage projects, and who may do what in them, request,"
        " start and resize services and stop and delete services, and see their credentials." in asked
    )
    told = words(cast.olivia.client.post(removal(cast, cast.mia), follow=True))
    assert "Mia Member has no grant in Secret any more." in told
    assert cast.mia.client.get(page).status_code == 404
    # A second press finds nothing to do.
    assert cast.olivia.client.post(removal(cast, cast.mia)).status_code == 302
    events = Event.objects.filter(action__startswith="grant.").order_by("id")
    assert [(event.action, event.before, event.after) for event in events] == [
        ("grant.given", {}, {"project": "secret", "level": "view"}),
        ("grant.changed", {"level": "view"}, {"project": "secret", "level": "manage"}),
        ("grant.revoked", {"project": "secret", "level": "manage"}, {}),
    ]
    log = main_words(cast.olivia.client.get("/o/acme/settings/audit-log/"))
    assert "Granted Mia Member the level “view” in the project secret" in log
    assert "Changed what Mia Member may do in the project secret from “view” to “manage”" in log
    assert "Took the level “manage” in the project secret back from Mia Member" in log


def test_a_role_is_granted_to_all_who_have_it(cast: Cast, secret: Project) -> None:
    client = cast.olivia.client
    assert "Everybody with the role Tech was granted Secret: operate." in words(
        client.post(NEW, {"role": "tech", "level": "operate"}, follow=True)
    )
    assert cast.theo.client.get("/o/acme/projects/secret/").status_code == 200
    assert cast.theo.client.get("/o/acme/projects/secret/settings/").status_code == 403
    assert cast.mia.client.get("/o/acme/projects/secret/").status_code == 404
    page = main_words(client.get(ACCESS))
    assert "Tech 1 member Nothing Operate" in page.replace("nothing", "Nothing")
    told = client.post(f"{ACCESS}roles/tech/removal/?was=operate", follow=True)
    assert "Nothing is granted to the role Tech in Secret any more." in words(told)
    assert cast.theo.client.get("/o/acme/projects/secret/").status_code == 404
    log = main_words(client.get("/o/acme/settings/audit-log/"))
    assert "Granted Tech the level “operate” in the project Secret" in log
    assert client.post(NEW, {"role": "wizard", "level": "view"}).status_code == 200
    assert client.get(f"{NEW}?role=wizard").status_code == 404


def test_whoever_is_granted_a_project_finds_it_behind_the_bell(cast: Cast, secret: Project) -> None:
    grant(cast, cast.olivia, cast.mia, "view")
    news = main_words(cast.mia.client.get("/notifications/"))
    assert "Olivia Owner granted you the project Secret of Acme: view." in news
    cast.olivia.client.post(removal(cast, cast.mia))
    assert not Notification.objects.awaiting().filter(user=cast.mia.user).exists()


def test_only_members_can_be_granted_a_project(cast: Cast, secret: Project) -> None:
    """Nobody of another organization, nobody whose membership the clock has ended, nobody made up."""
    theirs = cast.rita.membership(cast.rival)
    over = cast.mia.membership(cast.acme)
    Membership.objects.filter(pk=over.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    for pk in (theirs.pk, over.pk, secret.pk, "made up"):
        answer = cast.olivia.client.post(NEW, {"membership": pk, "level": "view"})
        assert "Only members can be granted a project." in main_words(answer)
    with pytest.raises(Refused, match="Only members"):
        grant_person(project=secret, membership=theirs, level="view", by=cast.olivia.actor(cast.acme))
    assert not PersonGrant.objects.exists()


def test_nobody_gives_or_takes_more_than_they_hold_there(cast: Cast) -> None:
    """A role that manages projects, and does not operate what runs in them."""
    project = make_project(cast.acme, "website")
    mia = managed_by(cast, project, "view_members", "manage_projects")
    by, theo = mia.actor(cast.acme), cast.theo.membership(cast.acme)
    for level in ("operate", "manage"):
        with pytest.raises(Refused, match="what you may do in this project yourself"):
            grant_person(project=project, membership=theo, level=level, by=by)
        with pytest.raises(Refused, match="what you may do in this project yourself"):
            grant_role(project=project, role="tech", level=level, by=by)
    assert grant_person(project=project, membership=theo, level="view", by=by).permission.codename == "grant_view"
    set_person_level(project, cast.theo.user.pk, Level.OPERATE)
    set_role_level(project, policies.current().role("tech"), Level.MANAGE)
    with pytest.raises(Refused, match="They may do more in this project than you"):
        grant_person(project=project, membership=theo, level="view", by=by)
    with pytest.raises(Refused, match="They may do more in this project than you"):
        revoke_person(project=project, membership=theo, by=by)
    with pytest.raises(Refused, match="They may do more in this project than you"):
        revoke_role(project=project, role="tech", by=by)
    page = main_words(mia.client.get("/o/acme/projects/website/access/new/"))
    assert "View: see the project" in page
    assert "Operate: " not in page
    with pytest.raises(Refused, match="Choose what they may do"):
        grant_person(project=project, membership=theo, level="own", by=by)


def test_a_suspension_does_not_keep_from_granting_what_it_withholds_for_a_time(cast: Cast, secret: Project) -> None:
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    assert "was granted Secret: manage" in grant(cast, cast.adam, cast.mia, "manage")


def test_nobody_raises_themselves_and_who_lowers_themself_is_asked_first(cast: Cast, secret: Project) -> None:
    set_person_level(secret, cast.mia.user.pk, Level.MANAGE)
    asked = grant(cast, cast.mia, cast.mia, "view", was="manage")
    assert "Lower what you may do here?" in asked
    assert person_level(secret, cast.mia.user.pk) == Level.MANAGE
    grant(cast, cast.mia, cast.mia, "view", was="manage", confirmed="yes")
    assert person_level(secret, cast.mia.user.pk) == Level.VIEW
    # An owner may do everything here; a grant of their own would stay when the role goes.
    told = grant(cast, cast.olivia, cast.olivia, "manage")
    assert "Nobody gives more to themselves." in told
    set_person_level(secret, cast.theo.user.pk, Level.MANAGE)
    gone = cast.theo.client.post(removal(cast, cast.theo), follow=True)
    assert gone.request["PATH_INFO"] == "/o/acme/projects/"


def test_of_two_who_change_the_same_grant_the_second_is_told(cast: Cast, secret: Project) -> None:
    grant(cast, cast.olivia, cast.mia, "operate")
    # Adam's tab is from before.
    told = cast.adam.client.post(
        f"{NEW}?member={cast.mia.membership(cast.acme).pk}",
        {"membership": cast.mia.membership(cast.acme).pk, "level": "view", "was": ""},
        follow=True,
    )
    assert "Somebody has changed this meanwhile." in words(told)
    cast.adam.client.post(f"{removal(cast, cast.mia)}?was=view")
    assert person_level(secret, cast.mia.user.pk) == Level.OPERATE


def test_grants_end_with_the_membership(cast: Cast, secret: Project) -> None:
    """By removal and by the deletion of the account; whoever comes back begins without."""
    elsewhere = make_project(cast.mia.user.personal_account, "mine")
    for project in (secret, elsewhere):
        set_person_level(project, cast.mia.user.pk, Level.VIEW)
    remove_member(membership=cast.mia.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    assert [row.content_object_id for row in PersonGrant.objects.all()] == [elsewhere.pk]
    Membership.build(organization=cast.acme, user=cast.mia.user, role="member").save()
    assert cast.mia.client.get("/o/acme/projects/secret/").status_code == 404
    set_person_level(secret, cast.theo.user.pk, Level.VIEW)
    close_account(user=cast.theo.user, by=cast.theo.actor())
    assert not PersonGrant.objects.filter(content_object=secret).exists()


def test_what_was_granted_to_a_role_goes_with_it(cast: Cast, secret: Project) -> None:
    by = cast.olivia.actor(cast.acme)
    role = create_role(organization=cast.acme, name="Auditor", permissions=["view_members"], by=by)
    grant_role(project=secret, role=str(role.pk), level="view", by=by)
    assert "Auditor nobody nothing View" in main_words(cast.olivia.client.get(ACCESS))
    asked = main_words(cast.olivia.client.get(f"/o/acme/settings/roles/{role.pk}/deletion/"))
    assert "It was granted 1 project. Its people lose that grant." in asked
    delete_role(role=role, by=by)
    assert not RoleGrant.objects.exists()
    assert not RoleGroup.objects.exists()


def test_the_access_review_counts_granted_projects(cast: Cast, secret: Project) -> None:
    for number in range(2):
        set_person_level(make_project(cast.acme, f"more-{number}"), cast.mia.user.pk, Level.VIEW)
    theirs = make_project(cast.mia.user.personal_account, "mine")
    set_person_level(theirs, cast.mia.user.pk, Level.VIEW)
    page = cast.olivia.client.get("/o/acme/members/review/export/")
    rows = b"".join(page.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    column = rows[0].lstrip("\ufeff").split(",").index("Projects granted")
    assert {row.split(",")[0]: row.split(",")[column] for row in rows[1:] if row.startswith(("Mia", "Theo"))} == {
        "Mia Member": "2",
        "Theo Tech": "0",
    }


def test_one_that_is_archived_or_being_deleted_is_granted_to_nobody_and_can_be_taken_back(
    cast: Cast, secret: Project
) -> None:
    """What was decided of archives: nothing new there, and nothing changed."""
    set_person_level(secret, cast.mia.user.pk, Level.VIEW)
    archive_project(project=secret, by=cast.olivia.actor(cast.acme))
    assert "is archived: nothing can be changed in it." in grant(cast, cast.olivia, cast.theo, "view")
    with pytest.raises(Refused) as caught:
        grant_role(project=secret, role="member", level="view", by=cast.olivia.actor(cast.acme))
    assert caught.value.code == "archived"
    Project.objects.filter(pk=secret.pk).update(state="deleting", ends_at=timezone.now() + timedelta(days=7))
    assert "is being deleted" in grant(cast, cast.olivia, cast.theo, "view")
    cast.olivia.client.post(removal(cast, cast.mia))
    assert person_level(secret, cast.mia.user.pk) is None
