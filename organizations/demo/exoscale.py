"""The demo of the policy `exoscale` (text 004): personal accounts, and organizations that wait for money."""

from organizations.demo.scene import Scene, Team
from organizations.demo.situations import has_details, has_paid, invites

SCENE = Scene(
    people=("Olivia Owner", "Theo Tech", "Adam Admin", "Nora Newcomer"),
    extras=("Amara Okafor", "Bruno Silva", "Chloé Martin"),
    teams=(
        Team(
            name="Acme Robotics",
            description="Arms, grippers and the software that moves them.",
            founder="Olivia Owner",
            members={
                "Theo Tech": "tech",
                "Adam Admin": "admin",
                "Amara Okafor": "owner",
                "Bruno Silva": "tech",
                "Chloé Martin": "admin",
            },
            situations=(
                has_paid,
                has_details(
                    "Acme Robotics SA",
                    "CH",
                    {"street_address": "Rue du Lac 7", "postal_code": "1003", "city": "Lausanne"},
                ),
                invites("nora.newcomer@example.com", "tech", "Welcome on board!"),
                invites("new.colleague@example.com", "admin"),
            ),
        ),
        # Nobody has paid yet: it is suspended, as it was made.
        Team(
            name="Borealis Foods",
            description="Frozen berries from the far north.",
            founder="Olivia Owner",
            members={"Adam Admin": "admin"},
        ),
        Team(
            name="Cobalt Labs",
            description="Battery chemistry.",
            founder="Theo Tech",
            members={"Olivia Owner": "tech"},
            situations=(has_paid,),
        ),
    ),
)
