"""Who may do what in a project, typed by hand: never computed from the code that it judges.

To add an address below ``/o/<slug>/projects/<project>/``, type a row into `ADDRESSES`: its name (without ``projects:``;
another app's with its namespace) and, for each method that it takes, the permission in the project that it asks for.
The walk (tests/access/test_project_walk.py) then goes there as everybody: each role, each level of a grant, strangers.
What the address names beside the project (a service, a membership) is filled in by `project_walk.arguments_of`.
Addresses beside projects (the list, *new*) stand in tests/access/table.py.
"""

from dataclasses import dataclass

VIEW, START, OPERATE, MANAGE = "view_projects", "start_services", "operate_services", "manage_projects"
ALL = {VIEW, START, OPERATE, MANAGE}

# Issue 6: "visible to the organization or restricted to those granted". What a role alone allows in a project that the
# organization sees, and in one that is restricted: there only those count who manage the organization.
VISIBLE: dict[str, set[str]] = {"owner": ALL, "admin": ALL, "billing": {VIEW}, "tech": ALL, "member": {VIEW}}
RESTRICTED: dict[str, set[str]] = {"owner": ALL, "admin": ALL, "billing": set(), "tech": set(), "member": set()}

# "Grants …: view, operate, manage, to a person or to a role".
LEVELS: dict[str, set[str]] = {"view": {VIEW}, "operate": {VIEW, START, OPERATE}, "manage": ALL}

# "Suspended stops creating, starting and resizing resources", whoever gave them.
WITHHELD = {START}


@dataclass(frozen=True)
class ProjectAddress:
    """What an address in a project asks for, by method; a method that is not there is not answered.

    Of several permissions, with a space between, one is enough. ``in_personal``: whether a personal account, in which
    there is only one person, has it.
    """

    get: str = ""
    post: str = ""
    in_personal: bool = True

    def permission(self, method: str) -> str:
        """The permission that the method needs; empty where the address does not take the method."""
        return {"GET": self.get, "POST": self.post}.get(method, "")

    def is_open(self, method: str, held: set[str]) -> bool:
        """Whether who holds these permissions in the project may send the method."""
        return not held.isdisjoint(self.permission(method).split())


ADDRESSES: dict[str, ProjectAddress] = {
    "project": ProjectAddress(get=VIEW),
    "project_settings": ProjectAddress(get=MANAGE, post=MANAGE),
    "project_archiving": ProjectAddress(post=MANAGE),
    "project_restoration": ProjectAddress(post=MANAGE),
    "project_deletion": ProjectAddress(get=MANAGE, post=MANAGE),
    "project_recovery": ProjectAddress(post=MANAGE),
    # Whose names it shows, they must be allowed to see: besides, it asks for `view_members` in the organization.
    "project_access": ProjectAddress(get=VIEW, in_personal=False),
    "project_grant_new": ProjectAddress(get=MANAGE, post=MANAGE, in_personal=False),
    "project_person_removal": ProjectAddress(get=MANAGE, post=MANAGE, in_personal=False),
    "project_role_removal": ProjectAddress(get=MANAGE, post=MANAGE, in_personal=False),
    "infrastructure:project_engine": ProjectAddress(get=MANAGE, post=MANAGE),
    "service_new": ProjectAddress(get=START),
    "service_request": ProjectAddress(get=START, post=START),
    "service": ProjectAddress(get=VIEW),
    "service_timeline": ProjectAddress(get=VIEW),
    "service_start": ProjectAddress(post=START),
    "service_stop": ProjectAddress(post=OPERATE),
    "service_size": ProjectAddress(get=START, post=START),
    # Of what costs more; of stopping and deleting, it asks for `operate_services`.
    "service_retry": ProjectAddress(post=START),
    "service_deletion": ProjectAddress(get=OPERATE, post=OPERATE),
    "service_outputs": ProjectAddress(post=OPERATE),
}
