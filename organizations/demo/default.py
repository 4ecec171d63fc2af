"""The demo of the policy `default`: everything that an organization can have, once."""

from organizations.demo.keys import has_keys_of, has_program_that_invites
from organizations.demo.log import has_stream_that_failed, is_seen_by_staff
from organizations.demo.scene import Scene, Team
from organizations.demo.situations import (
    asks_for_factor,
    can_be_found,
    ends_for,
    has_checked_list,
    has_details,
    has_domain,
    has_role,
    invites,
    is_asked_by,
    is_closed,
    is_declined_by,
    is_offered_to,
    is_suspended,
    takes_back_invitation,
    waited_in_vain_for,
)
from organizations.roles import Permission

SCENE = Scene(
    people=("Olivia Owner", "Adam Admin", "Bella Billing", "Theo Tech", "Mia Member", "Sam Stranger"),
    extras=(
        "Amara Okafor",
        "Bruno Silva",
        "Chloé Martin",
        "Dmitri Volkov",
        "Elif Kaya",
        "Farid Haddad",
        "Greta Lindqvist",
        "Hiro Tanaka",
        "Ines Moreau",
        "Jonas Weber",
        "Kofi Mensah",
        "Lena Fischer",
    ),
    teams=(
        Team(
            name="Acme Robotics",
            description="Arms, grippers and the software that moves them.",
            founder="Olivia Owner",
            members={
                "Adam Admin": "admin",
                "Bella Billing": "billing",
                "Theo Tech": "tech",
                "Mia Member": "member",
                "Amara Okafor": "billing",
                "Bruno Silva": "tech",
                "Chloé Martin": "member",
                "Dmitri Volkov": "billing",
                "Elif Kaya": "tech",
                "Farid Haddad": "member",
                "Greta Lindqvist": "billing",
                "Hiro Tanaka": "tech",
            },
            situations=(
                has_details(
                    "Acme Robotics SAS",
                    "FR",
                    {"street_address": "12 rue des Automates", "postal_code": "69003", "city": "Lyon"},
                ),
                has_role(
                    "Support",
                    (Permission.VIEW_MEMBERS, Permission.VIEW_CUSTOMER_DATA, Permission.RAISE_TICKETS),
                    of="Chloé Martin",
                ),
                ends_for("Farid Haddad", days=20),
                invites("new.colleague@example.com", "tech", "Welcome on board!"),
                invites("sam.stranger@example.com", "member"),
                is_declined_by("Ines Moreau", "billing"),
                takes_back_invitation("wrong.person@example.com", "admin"),
                waited_in_vain_for("old.friend@example.com", "member"),
                has_checked_list(
                    "first.apprentice@example.com",
                    "second.apprentice@example.com",
                    "third.apprentice",
                    "theo.tech@example.com",
                    role="member",
                ),
                can_be_found,
                has_keys_of("Olivia Owner"),
                has_program_that_invites("hanna.hired@example.com", "member"),
                has_stream_that_failed,
                is_seen_by_staff,
                is_asked_by("Jonas Weber", "I build grippers in Ulm, and start with you in April."),
                is_asked_by("Kofi Mensah", "Adam asked me to have a look at the arms."),
            ),
        ),
        Team(
            name="Borealis Foods",
            description="Frozen berries from the far north.",
            founder="Adam Admin",
            members={"Olivia Owner": "member", "Mia Member": "tech"},
            situations=(
                # Another country of the Union, with a VAT number: it pays the VAT itself.
                has_details(
                    "Borealis Foods GmbH",
                    "DE",
                    {"street_address": "Beerenallee 4", "postal_code": "20457", "city": "Hamburg"},
                    "DE136695976",
                ),
                invites("sam.stranger@example.com", "member", "We would love to have you."),
                is_offered_to("Olivia Owner", leaving="admin"),
            ),
        ),
        Team(
            name="Cobalt Labs",
            description="Battery chemistry.",
            founder="Theo Tech",
            members={"Olivia Owner": "admin", "Bella Billing": "billing"},
            situations=(is_suspended("past_due"),),
        ),
        Team(
            name="Delta Studio",
            description="Maps and wayfinding.",
            founder="Bella Billing",
            members={"Adam Admin": "owner"},
            situations=(asks_for_factor(days=30),),
        ),
        Team(
            name="Evergreen Energy",
            description="Heat pumps for old houses.",
            founder="Lena Fischer",
            situations=(
                can_be_found,
                has_domain("evergreen.example", "member"),
                is_asked_by("Sam Stranger", "I met Lena at the fair."),
            ),
        ),
        Team(
            name="Foxglove Films",
            description="Short films about gardens.",
            founder="Olivia Owner",
            members={"Mia Member": "member"},
            situations=(is_closed,),
        ),
    ),
)
