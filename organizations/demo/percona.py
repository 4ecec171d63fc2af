"""The demo of the policy `percona` (text 003): one organization for each person, Admins and Technical users."""

from organizations.demo.scene import Scene, Team
from organizations.demo.situations import invites

SCENE = Scene(
    people=("Adam Admin", "Tara Technical", "Berta Admin", "Sam Stranger", "Nora Newcomer"),
    extras=("Amara Okafor", "Bruno Silva", "Chloé Martin"),
    teams=(
        Team(
            name="Acme Robotics",
            description="Arms, grippers and the software that moves them.",
            founder="Adam Admin",
            members={
                "Tara Technical": "technical",
                "Amara Okafor": "admin",
                "Bruno Silva": "technical",
                "Chloé Martin": "technical",
            },
            situations=(
                invites("sam.stranger@example.com", "technical", "Welcome on board!"),
                invites("new.colleague@example.com", "technical"),
            ),
        ),
        Team(
            name="Borealis Foods",
            description="Frozen berries from the far north.",
            founder="Berta Admin",
            # Tara is in an organization: she has to leave it first.
            situations=(invites("tara.technical@example.com", "technical", "We would love to have you."),),
        ),
    ),
)
