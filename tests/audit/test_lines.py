"""Every event that anything writes has its sentence and its icon, whoever reads of it."""

import pytest

from audit.lines import GROUPS, LINES, line_of
from console.templating import icon
from tests.audit.names import every_name
from tests.audit.test_every_action import BY_STAFF, DOING

EVENT = {
    "outcome": "done",
    "before": {},
    "after": {},
    "target_type": "organizations.membership",
    "detail__target": "Mia Member · Acme",
}
# Written under a name that is put together: what it begins with stands in the code.
PUT_TOGETHER = {"invitation.bounced"}
# Of the deployment, in whose log only staff look.
OF_STAFF = {
    "terms.published",
    "endpoint.made",
    "endpoint.changed",
    "endpoint.secret_renewed",
    "endpoint.former_secret_ended",
    "endpoint.switched_off",
    "endpoint.switched_on",
    "endpoint.tested",
    "service_size.made",
    "service_size.priced",
}
# Of former versions, in logs that are kept.
FORMER = {"account.renamed"}


def test_every_event_has_its_line() -> None:
    names = every_name() | {name for name, _do in [*DOING.values(), *BY_STAFF.values()]}
    assert len(names) > 90
    assert sorted(names - set(LINES)) == []
    assert sorted(set(LINES) - names - PUT_TOGETHER - FORMER) == []


def test_every_icon_is_there() -> None:
    for line in LINES.values():
        assert icon(line.icon, 14)


def test_every_line_of_an_organization_stands_in_one_group_of_the_filter() -> None:
    grouped = [name for group in GROUPS.values() for name in group.actions]
    assert len(grouped) == len(set(grouped))
    assert set(LINES) - set(grouped) == OF_STAFF


@pytest.mark.parametrize(
    ("action", "event", "names", "sentence"),
    [
        (
            "membership.role_changed",
            {"before": {"role": "member"}, "after": {"role": "tech"}},
            {"member": "Member", "tech": "Tech"},
            "Changed the role of Mia Member from Member to Tech",
        ),
        (
            "membership.role_changed",
            {"before": {"role": "0198"}, "after": {"role": "tech"}, "detail__target": ""},
            {"tech": "Tech"},
            "Changed the role of somebody whose account was deleted from a role that was deleted to Tech",
        ),
        # Of another version: what the sentence is made of is not there, or is something else.
        ("membership.role_changed", {}, {}, "Role changed"),
        ("invitation_batch.checked", {"after": {"rows": None}}, {}, "Checked a list: None rows"),
        (
            "membership.role_changed",
            {"outcome": "denied", "after": {"code": "last-founder"}},
            {},
            "Refused: Role changed",
        ),
        (
            "permission.denied",
            {"outcome": "denied", "after": {"code": "pay"}},
            {},
            "Access denied: this takes the permission to pay",
        ),
        ("permission.denied", {"outcome": "denied", "after": {"code": "fly"}}, {}, "Refused: Access"),
        ("role.created", {"detail__target": "100 %s of {all}"}, {}, "Made the role 100 %s of {all}"),
        ("role.created", {"detail__target": "a\r\nb\u202ec"}, {}, "Made the role a bc"),
        ("role.created", {"detail__target": ""}, {}, "Made the role something that has no name any more"),
        ("engine.exploded", {}, {}, "engine.exploded"),
    ],
)
def test_a_sentence_says_what_it_knows(
    action: str, event: dict[str, object], names: dict[str, str], sentence: str
) -> None:
    assert line_of(action).sentence({**EVENT, **event}, names) == sentence
