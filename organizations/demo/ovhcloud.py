"""The demo of the policy `ovhcloud` (texts 000 to 002): organizations that one asks to join."""

from organizations.demo.scene import Scene, Team
from organizations.demo.situations import can_be_found, has_domain, invites, is_asked_by

SCENE = Scene(
    people=("Adam Admin", "Mia Member", "Sam Stranger", "Nora Newcomer"),
    extras=("Amara Okafor", "Bruno Silva", "Chloé Martin", "Dmitri Volkov", "Lena Fischer"),
    teams=(
        Team(
            name="Acme Robotics",
            description="Arms, grippers and the software that moves them.",
            founder="Adam Admin",
            members={
                "Mia Member": "member",
                "Amara Okafor": "admin",
                "Bruno Silva": "member",
                "Chloé Martin": "member",
            },
            situations=(
                invites("new.colleague@example.com", "member", "Welcome on board!"),
                can_be_found,
                is_asked_by("Sam Stranger", "I build grippers in Ulm, and start with you in April."),
                is_asked_by("Dmitri Volkov", "Mia asked me to have a look at the arms."),
            ),
        ),
        Team(
            name="Borealis Foods",
            description="Frozen berries from the far north.",
            founder="Mia Member",
            members={"Adam Admin": "member"},
            situations=(invites("sam.stranger@example.com", "member", "We would love to have you."),),
        ),
        Team(
            name="Evergreen Energy",
            description="Heat pumps for old houses.",
            founder="Lena Fischer",
            situations=(can_be_found, has_domain("evergreen.example", "member")),
        ),
    ),
)
