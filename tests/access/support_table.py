"""Who may do what with an organization's support, typed by hand: never computed from the code that it judges.

To add an address below ``/o/<slug>/support/``, type a row into `ADDRESSES`: its name (without ``support:``) and, for
each method that it takes, the permission that it asks for. The walk (tests/access/test_apps_walk.py) then goes there as
everybody. What the address names (a ticket of somebody else's, its file, a contact, an entitlement) is made by
`apps_walk.furnish_support`.
"""

from tests.access.apps_walk import AppAddress

# Text 003: "View Customer data (entitlements, Support contacts, tickets)", "Raise Support tickets".
SEE, ASK, SET, INVITE = "view_customer_data", "raise_tickets", "edit_settings", "invite_members"
EITHER = f"{ASK} {SEE}"

# Suspended, "tickets … go on", whatever the reason; only what asks for a setting or an invitation waits for staff.
ADDRESSES: dict[str, AppAddress] = {
    "overview": AppAddress(get=EITHER),
    "entitlements": AppAddress(get=SEE),
    "entitlements_export": AppAddress(get=SEE),
    "entitlement": AppAddress(get=SEE),
    "contacts": AppAddress(get=SEE),
    "contact_new": AppAddress(get=SEE, post=SEE, besides=SET),
    "contact": AppAddress(get=SEE, post=SEE, besides=SET),
    "contact_removal": AppAddress(get=SEE, post=SEE, besides=SET),
    # "A Technical user their own": the walk's ticket is somebody else's.
    "tickets": AppAddress(get=EITHER),
    "tickets_export": AppAddress(get=EITHER),
    "ticket_new": AppAddress(get=ASK, post=ASK),
    "ticket": AppAddress(get=EITHER, of_others=SEE),
    "attachment": AppAddress(get=EITHER, of_others=SEE),
    "message_new": AppAddress(post=ASK, of_others=SEE),
    "ticket_solution": AppAddress(post=ASK, of_others=SEE),
    "ticket_reopening": AppAddress(post=ASK, of_others=SEE),
    # "The administrator sees who of the customer has not registered yet, and reminds them."
    "registrations": AppAddress(get=SEE),
    "registration_reminders": AppAddress(post=SEE, besides=INVITE),
}
