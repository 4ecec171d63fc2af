"""The state machine of an invitation: every state with every action, against a table that was typed by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from audit.models import Detail, Event
from organizations.actions import expire_invitations
from organizations.models import Invitation, Membership
from outbox.models import Mail
from outbox.signals import bounced
from tests.cast import Cast
from tests.organizations.inviting import NEW, again, invite, mailed_link

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SAM = "sam.stranger@example.com"


@dataclass
class Scene:
    """An invitation of Sam by Olivia, and a clock."""

    cast: Cast
    invitation: Invitation
    clock: time_machine.Traveller

    def own(self, noun: str) -> int:
        """Post to the invitation's page, as Sam; the status of the answer."""
        return self.cast.sam.client.post(f"{mailed_link(self.invitation)}{noun}/").status_code

    def theirs(self, noun: str) -> int:
        """Post to the organization's page about it, as Olivia."""
        return self.cast.olivia.client.post(f"/o/acme/members/invitations/{self.invitation.pk}/{noun}/").status_code

    def wait(self) -> None:
        """A week goes by."""
        self.clock.shift(timedelta(days=7))

    def expire(self) -> None:
        """A week goes by, and what is overdue is marked."""
        self.wait()
        expire_invitations()

    def bounce(self) -> None:
        """The mail server refuses the address."""
        bounced.send(Mail, mail=again(self.invitation).mail)


# How to get an invitation into each state. Overdue: its time is over, and nobody has marked it yet.
STATES: dict[str, Callable[[Scene], object]] = {
    "pending": lambda scene: None,
    "overdue": Scene.wait,
    "expired": Scene.expire,
    "accepted": lambda scene: scene.own("acceptance"),
    "declined": lambda scene: scene.own("declination"),
    "revoked": lambda scene: scene.theirs("revocation"),
    "bounced": Scene.bounce,
}

ACTIONS: dict[str, Callable[[Scene], object]] = {
    "accept": lambda scene: scene.own("acceptance"),
    "decline": lambda scene: scene.own("declination"),
    "ask": lambda scene: scene.own("renewal"),
    "resend": lambda scene: scene.theirs("sending"),
    "revoke": lambda scene: scene.theirs("revocation"),
    "expire": lambda scene: expire_invitations(),
    "bounce": Scene.bounce,
    "invite": lambda scene: scene.cast.olivia.client.post(NEW, {"email": SAM, "role": "member"}).status_code,
}

# The state afterwards. What does not lead on, stays as it was.
#            accept      decline     ask        resend     revoke     expire     bounce
TABLE = {
    "pending": ("accepted", "declined", "pending", "pending", "revoked", "pending", "bounced"),
    "overdue": ("expired", "expired", "expired", "pending", "revoked", "expired", "bounced"),
    "expired": ("expired", "expired", "expired", "pending", "revoked", "expired", "expired"),
    "accepted": ("accepted",) * 7,
    "declined": ("declined",) * 7,
    "revoked": ("revoked",) * 7,
    "bounced": ("bounced", "bounced", "bounced", "pending", "revoked", "bounced", "bounced"),
}
ACTS = ("accept", "decline", "ask", "resend", "revoke", "expire", "bounce")

# What the pages answer to the invited: 302 where it was done (or nothing was to do), else the page that says why not.
ANSWERS = {
    "pending": (302, 302, 302),
    "overdue": (410, 410, 302),
    "expired": (410, 410, 302),
    "accepted": (410, 410, 302),
    "declined": (410, 410, 302),
    "revoked": (410, 410, 302),
    "bounced": (410, 410, 302),
}

# Whether the address can be invited anew; an accepted one is a member.
INVITED_AGAIN = {
    "pending": False,
    "overdue": True,
    "expired": True,
    "accepted": False,
    "declined": True,
    "revoked": True,
    "bounced": True,
}


@pytest.fixture
def scene(cast: Cast) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield Scene(cast, invite(cast, SAM), clock)


def test_the_table_is_complete() -> None:
    states = {str(state) for state in Invitation.State} | {"overdue"}
    assert set(STATES) == set(TABLE) == set(ANSWERS) == set(INVITED_AGAIN) == states
    assert set(ACTIONS) == {*ACTS, "invite"}


@pytest.mark.parametrize(
    ("state", "action", "expected"),
    [(state, action, after) for state, row in TABLE.items() for action, after in zip(ACTS, row, strict=True)],
)
def test_each_action_leads_where_the_table_says(scene: Scene, state: str, action: str, expected: str) -> None:
    STATES[state](scene)
    members = Membership.objects.filter(organization=scene.cast.acme).count()
    answer = ACTIONS[action](scene)
    assert again(scene.invitation).status == expected
    if action in ("accept", "decline", "ask"):
        assert answer == dict(zip(("accept", "decline", "ask"), ANSWERS[state], strict=True))[action]
    joined = Membership.objects.filter(organization=scene.cast.acme).count() - members
    assert joined == (1 if (state, action) == ("pending", "accept") else 0)


@pytest.mark.parametrize(("state", "possible"), INVITED_AGAIN.items())
def test_an_address_has_at_most_one_open_invitation(scene: Scene, state: str, possible: bool) -> None:  # noqa: FBT001 -- a column
    STATES[state](scene)
    answer = ACTIONS["invite"](scene)
    assert answer == (302 if possible else 200)
    assert Invitation.objects.filter(organization=scene.cast.acme).count() == (2 if possible else 1)
    assert Invitation.objects.filter(organization=scene.cast.acme, state="pending").count() == (
        1 if possible or state == "pending" else 0
    )


def test_resending_gives_a_new_link_and_a_new_term_and_ends_the_former_link(scene: Scene) -> None:
    former = mailed_link(scene.invitation)
    scene.clock.shift(timedelta(days=6))
    scene.theirs("sending")
    newest = mailed_link(scene.invitation)
    assert newest != former
    assert again(scene.invitation).expires_at == NOW + timedelta(days=13)
    scene.clock.shift(timedelta(days=6))
    assert scene.cast.sam.client.post(f"{former}acceptance/").status_code == 410
    assert scene.cast.sam.client.post(f"{newest}acceptance/").status_code == 302


def test_a_link_works_to_the_last_second_of_seven_days(scene: Scene) -> None:
    scene.clock.shift(timedelta(days=7, seconds=-1))
    assert scene.cast.sam.client.get(mailed_link(scene.invitation)).status_code == 200
    scene.clock.shift(timedelta(seconds=1))
    assert scene.cast.sam.client.get(mailed_link(scene.invitation)).status_code == 410
    assert scene.own("acceptance") == 410


def test_a_bounce_of_a_former_mail_does_not_end_the_invitation(scene: Scene) -> None:
    former = again(scene.invitation).mail
    scene.theirs("sending")
    bounced.send(Mail, mail=former)
    assert again(scene.invitation).status == "pending"


def test_marking_what_is_overdue_counts_and_leaves_the_rest(scene: Scene) -> None:
    scene.clock.shift(timedelta(days=3))
    fresh = invite(scene.cast, "fresh.face@example.com")
    scene.clock.shift(timedelta(days=5))
    assert expire_invitations() == 1
    assert expire_invitations() == 0
    assert (again(scene.invitation).state, again(fresh).state) == ("expired", "pending")


def test_every_change_of_state_is_written_down(scene: Scene) -> None:
    """Also the one that happens by the way, when an address whose invitation is overdue is invited again."""
    scene.wait()
    scene.cast.olivia.client.post(NEW, {"email": SAM, "role": "tech"})
    assert again(scene.invitation).state == "expired"
    assert Event.objects.filter(action="invitation.expired", target_id=scene.invitation.pk).count() == 1


def test_an_expiry_that_cannot_be_written_down_does_not_happen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.wait()

    def fail(**_: object) -> None:
        raise RuntimeError("The log is full.")

    monkeypatch.setattr(Detail.objects, "create", fail)
    with pytest.raises(RuntimeError):
        expire_invitations()
    assert again(scene.invitation).state == "pending"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"open@example.com", "late@example.com", "yes@example.com", "no@example.com", "back@example.com"}),
        ("state=pending", {"open@example.com"}),
        ("state=expired", {"late@example.com"}),
        ("state=accepted", {"yes@example.com"}),
        ("state=declined", {"no@example.com"}),
        ("state=revoked", {"back@example.com"}),
        ("state=bounced", set()),
        ("state=nonsense&q=E@EX", {"late@example.com"}),
        ("q=yes&state=pending", set()),
    ],
)
def test_the_list_filters_by_state_as_it_is_now(cast: Cast, query: str, found: set[str]) -> None:
    """An overdue invitation stands under expired, whether or not it was marked."""
    for name, state in (
        ("open", "pending"),
        ("late", "pending"),
        ("yes", "accepted"),
        ("no", "declined"),
        ("back", "revoked"),
    ):
        cast.acme.invitations.create(email=f"{name}@example.com", role="member", state=state)
    cast.acme.invitations.filter(email="late@example.com").update(expires_at=NOW - timedelta(days=400))
    page = cast.adam.client.get(f"/o/acme/members/invitations/?{query}").content.decode()
    assert {
        email
        for email in ("open@example.com", "late@example.com", "yes@example.com", "no@example.com", "back@example.com")
        if email in page.partition("<tbody")[2]
    } == found
