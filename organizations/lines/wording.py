"""What the sentences of several events are made of."""

from collections.abc import Mapping

from django.apps import apps
from django.utils.translation import gettext as _

from audit.lines import Names, Told
from organizations import policies
from organizations.roles import Permission


def member(event: Told, names: Names) -> Mapping[str, str]:
    """The member's name alone: the target of an event says of which organization, too."""
    name = event["detail__target"].partition(" · ")[0]
    return {"target": name} if name else {}


def member_and_roles(event: Told, names: Names) -> Mapping[str, str]:
    """A member, and the role before and after."""
    return {
        **member(event, names),
        "before": role_word(event["before"]["role"], names),
        "after": role_word(event["after"]["role"], names),
    }


def given_role(event: Told, names: Names) -> Mapping[str, str]:
    """The role that was given."""
    return {"role": role_word(event["after"]["role"], names)}


def role_word(key: str, names: Names) -> str:
    """What a role is called now.

    Raises KeyError for an organization's own where the reader knows no names, as the admin of all organizations:
    nobody can say there that it was deleted.
    """
    built_in = {role.key: str(role.label) for role in policies.current().roles}
    if not names and key not in built_in:
        raise KeyError(key)
    return names.get(key) or built_in.get(key) or _("a role that was deleted")


def kind_of_target(event: Told, names: Names) -> Mapping[str, str]:
    """What sort of thing the target is, for an event that does not say what it is called."""
    try:
        return {"kind": str(apps.get_model(event["target_type"])._meta.verbose_name)}
    except LookupError:
        # Of a former version; without it, the sentence is the short one.
        return {}


def permission(event: Told, names: Names) -> Mapping[str, str]:
    """The permission that somebody lacked."""
    return {"permission": str(Permission(event["after"]["code"]).label)}
