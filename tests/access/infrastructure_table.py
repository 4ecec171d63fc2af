"""Who may do what with an organization's infrastructure, typed by hand: never computed from the code that it judges.

To add an address of infrastructure below ``/o/<slug>/settings/``, type a row into `ADDRESSES`: its name (without
``infrastructure:``) and, for each method that it takes, the permission that it asks for. The walk
(tests/access/test_apps_walk.py) then goes there as everybody. What the address names (a certificate, an engine, a
server that somebody else connected) is made by `apps_walk.furnish_infrastructure`. The engine of a project stands in
tests/access/project_table.py.
"""

from tests.access.apps_walk import AppAddress

# "Tech manages projects, services and infrastructure"; text 003: "Connect PMM server".
SEE, ADD, MANAGE, CONNECT = "view_infrastructure", "add_infrastructure", "manage_infrastructure", "connect_servers"

# What has to be said beside the address.
QUERIES = {"engine_new": "?kind=postgresql"}
ADDRESSES: dict[str, AppAddress] = {
    "certificates": AppAddress(get=SEE),
    "certificate_new": AppAddress(get=ADD, post=ADD),
    "certificate": AppAddress(get=SEE),
    "certificate_chain": AppAddress(get=SEE),
    "certificate_renewal": AppAddress(get=MANAGE, post=MANAGE),
    "certificate_uses": AppAddress(post=MANAGE),
    "certificate_removal": AppAddress(get=MANAGE, post=MANAGE),
    "engines": AppAddress(get=SEE),
    "engine_new": AppAddress(get=ADD, post=ADD),
    "engine": AppAddress(get=SEE),
    "engine_check": AppAddress(post=MANAGE),
    "engine_edit": AppAddress(get=MANAGE, post=MANAGE),
    "engine_default": AppAddress(post=MANAGE),
    "engine_removal": AppAddress(get=MANAGE, post=MANAGE),
    "servers": AppAddress(get=SEE),
    "server": AppAddress(get=SEE),
    "server_token_new": AppAddress(get=CONNECT, post=CONNECT),
    # Whose it is not, and who manages none, is told that it is not theirs to revoke.
    "server_token_revocation": AppAddress(post=SEE),
    # "Whoever connected a server may disconnect it": the walk's was connected by somebody who is gone.
    "server_disconnection": AppAddress(get=SEE, post=SEE, besides=MANAGE),
}
