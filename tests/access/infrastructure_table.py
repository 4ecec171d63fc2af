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
    "engines": AppAddress(get=SEE),
    "servers": AppAddress(get=SEE),
}
