"""A vendor's nouns, as its pages say them (PRODUCT: ``policy.words``).

A word that stands in many sentences is translated with each of them; here is what a person looks for on the page
because the vendor's documentation names it: the entries of menus, the titles of pages, the labels of buttons.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Words:
    """What things are called under a policy; each is a lazy translation, as it begins a label."""

    getting_started: Any
    new_organization: Any
    create_organization: Any
    save_organization: Any
    view_organization: Any
    organization_settings: Any
    members: Any
    newest_members: Any
    all_members: Any
    invite_member: Any
    send_invitation: Any
    edit_member: Any
    project: Any
    projects: Any
    server: Any
    servers: Any
    connect_server: Any


DEFAULT = Words(
    getting_started=_("Getting started"),
    new_organization=_("New organization"),
    create_organization=_("Create organization"),
    save_organization=_("Create organization"),
    view_organization=_("View organization"),
    organization_settings=_("Manage organization settings"),
    members=_("Members"),
    newest_members=_("Newest members"),
    all_members=_("All members"),
    invite_member=_("Invite member"),
    send_invitation=_("Send invitation"),
    edit_member=_("Edit member"),
    project=_("Project"),
    projects=_("Projects"),
    server=_("Monitoring server"),
    servers=_("Servers"),
    connect_server=_("Connect server"),
)

# Text 004: in an organization there is a `USERS` menu.
EXOSCALE = replace(
    DEFAULT,
    members=_("Users"),
    newest_members=_("Newest users"),
    all_members=_("All users"),
    invite_member=_("Invite user"),
    edit_member=_("Edit user"),
)

# Text 000: *New organization*, fill in the name and press *Done*; *Manage organization settings*.
OVHCLOUD = replace(DEFAULT, save_organization=_("Done"))

# Text 003: *Getting Started*, *Add Organization*, *Save*, *View Organization*, *Members*, *Invite Member*,
# and *Save* again to send the invitation; *Edit Member*; *Connect PMM server*.
PERCONA = replace(
    DEFAULT,
    getting_started=_("Getting Started"),
    create_organization=_("Add Organization"),
    save_organization=_("Save"),
    view_organization=_("View Organization"),
    invite_member=_("Invite Member"),
    send_invitation=_("Save"),
    edit_member=_("Edit Member"),
    server=_("PMM server"),
    servers=_("PMM servers"),
    connect_server=_("Connect PMM server"),
)
