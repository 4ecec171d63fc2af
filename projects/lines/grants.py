"""What happens to grants: of a member, whose event names the project, and of a role, whose event is the project's."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told
from organizations.lines.wording import member, role_word
from projects.levels import Level

TOPIC = "projects"


def _words(event: Told, names: Names) -> Mapping[str, str]:
    """Who (the member, or the role), which project, and the levels before and after, as far as there are some."""
    what = event["after"] or event["before"]
    levels = {when: str(Level(event[when]["level"]).label) for when in ("before", "after") if event[when]}
    if "role" in what:
        return {**levels, "who": role_word(what["role"], names), "project": event["detail__target"]}
    return {**levels, "who": member(event, names)["target"], "project": what["project"]}


def _line(icon: str, done: object, named: object) -> Line:
    return Line(TOPIC, icon, done, named=named, words=_words)


GRANTS: Mapping[str, Line] = {
    "grant.given": _line(
        "user-key", _("Project granted"), _("Granted %(who)s the level “%(after)s” in the project %(project)s")
    ),
    "grant.changed": _line(
        "user-cog",
        _("Grant of a project changed"),
        _("Changed what %(who)s may do in the project %(project)s from “%(before)s” to “%(after)s”"),
    ),
    "grant.revoked": _line(
        "user-minus",
        _("Grant of a project taken back"),
        _("Took the level “%(before)s” in the project %(project)s back from %(who)s"),
    ),
}
