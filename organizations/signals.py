"""What organizations tell the apps above them, inside the transaction of the change.

Receivers: ``membership_ended`` → organizations (what awaited the member behind the bell, where they begin, and their
API keys), projects (grants) and support (who of a customer has come once); ``closing`` → projects, billing and
infrastructure; ``ending`` and ``exporting`` → those and support; ``closed`` → billing (the plan ends);
``domain_ending`` → infrastructure (certificates); ``created`` → none yet. Before the row of an organization goes,
Django's own ``pre_delete`` is heard by billing (who bought what is still to be billed) and by support (files of
tickets).

``closing`` is sent before an organization is closed, and to show the check list: each receiver calls
``add(Obstacle(…))`` with what is in the way. ``closed`` is sent once it is. ``domain_ending`` is sent when a domain
name is no longer the organization's: before its row is removed, or once it is no longer proven. ``exporting`` only
reads, in the worker and outside of a transaction: each receiver calls ``add(subject, read, columns)`` with the name of
a file, a function that gives its rows anew each time it is called, mappings that JSON can hold, and for a list the
columns of its table.

``ending`` is sent, with the organization locked, once nobody may open it again and nobody is a member: each receiver
deletes some of what is its own, and returns whether there is more. Then it is sent once more.

``counting_roles`` and ``mapping_roles`` are sent when the policy changes, to who keeps roles in rows that are no
`RoleHolder` → projects (grants of roles) and support (the directory of customers): to the first, each receiver calls
``add(kind, numbers)`` with how many of its rows, which ``kind`` names, are of each built-in role; to the second, it
gives those rows the role that ``roles`` says, by the key of the former one. Two roles may become one, or change places.
"""

from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Something that is in the way of closing an organization.

    ``sentence`` says what; ``address``: the page that settles it, empty where there is none, and ``action`` the verb of
    the link there; ``blocks``: whether it must be settled first, or only be known.
    """

    sentence: Any
    address: str = ""
    action: Any = ""
    blocks: bool = True


created = Signal()  # organization
membership_ended = Signal()  # membership, about to be deleted
closing = Signal()  # organization, add
closed = Signal()  # organization, by
domain_ending = Signal()  # domain, by
ending = Signal()  # organization
exporting = Signal()  # organization, add
counting_roles = Signal()  # add
mapping_roles = Signal()  # roles
