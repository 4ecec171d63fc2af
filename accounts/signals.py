"""What accounts tell the apps above them. Each is sent inside the transaction of the change.

Receivers: ``created`` → organizations (the personal account); ``profile_changed`` → organizations (the names in member
lists), support (in tickets); ``address_verified`` → organizations (invitations, domains), support (the directory of
customers); ``signed_in`` → support (the same; sent outside of a transaction); ``closing`` → organizations (memberships
end, or it refuses), projects and billing (what is in the personal account goes, or they refuse), support (names in
tickets); ``exporting`` → organizations (memberships, invitations), projects, billing and support.

``closing`` is sent before anything is deleted or locked: a receiver locks what is its own first, and then the user, as
whoever lets somebody in does; one that raises Refused keeps the account. ``address_verified`` may come with the user's
row locked, though never so that others could not name it: a receiver locks what is its own. ``exporting`` only reads,
in the worker and outside of a transaction: each receiver calls ``add(subject, rows)`` with the name of a file and what
goes into it, an iterable of mappings that JSON can hold, read later and once.
"""

from django.dispatch import Signal

created = Signal()  # user
profile_changed = Signal()  # user
address_verified = Signal()  # user, email
signed_in = Signal()  # user, request
closing = Signal()  # user, by
exporting = Signal()  # user, add
