"""The demo's projects under each policy: among the people and organizations of organizations.demo."""

from collections.abc import Mapping, Sequence

from projects.demo.scene import DemoProject, DemoService
from projects.models.project import State as ProjectState
from projects.models.project import Visibility
from projects.models.service import State

ACME = "acme-robotics"
COBALT = "cobalt-labs"
PERSONAL = "personal"
NO_IMAGE = "The registry says that there is no such image."

DATABASE = DemoService(name="Main database", kind="postgresql", size="medium", days=200, parameters={"version": "16"})
CACHE = DemoService(name="Cache", kind="redis", size="small", days=150)
FILES = DemoService(
    name="Pictures", kind="object-storage", size="standard", days=120, parameters={"bucket": "acme-pictures"}
)
SHOP = DemoService(
    name="Shop",
    kind="web-app",
    size="large",
    days=90,
    parameters={"image": "shop:4.2", "contact": "on.call@example.com", "instances": 3},
)
STAGING = DemoService(
    name="Staging",
    kind="web-app",
    size="small",
    days=40,
    state=State.STOPPED,
    parameters={"image": "shop:4.3-rc1"},
)
TRIAL = DemoService(name="Trial of a queue", kind="redis", size="large", days=30, state=State.DELETED)
BROKEN = DemoService(
    name="Newsletter",
    kind="web-app",
    size="small",
    days=1,
    state=State.FAILED,
    parameters={"image": "newsletter:latest"},
    reason=NO_IMAGE,
)
CLUSTER = DemoService(
    name="Simulation cluster",
    kind="kubernetes",
    size="three",
    days=0,
    state=State.PROVISIONING,
    progress=40,
    note="Two of three nodes have joined.",
)
WAITING = DemoService(name="Second cluster", kind="kubernetes", size="three", days=0, state=State.REQUESTED)
OLD_CLUSTER = DemoService(name="Old cluster", kind="kubernetes", size="three", days=60, state=State.STOPPING)


def _of_acme(maker: str, worker: str, role: str, guest: str) -> tuple[DemoProject, ...]:
    """Projects in each state, of ``maker``; what is restricted was granted to two people and to a role."""
    return (
        DemoProject(
            organization=ACME,
            name="Web shop",
            by=maker,
            days=220,
            description="Where grippers are sold.",
            tags=("production", "shop"),
            services=(DATABASE, CACHE, FILES, SHOP, STAGING, TRIAL, BROKEN),
        ),
        DemoProject(
            organization=ACME,
            name="Simulation",
            by=worker,
            days=60,
            description="Arms that move before they are built.",
            region="eu-north",
            tags=("research",),
            services=(CLUSTER, WAITING, OLD_CLUSTER),
        ),
        DemoProject(
            organization=ACME,
            name="Payroll",
            by=maker,
            days=300,
            description="Who is paid what.",
            visibility=Visibility.RESTRICTED,
            tags=("confidential", "production"),
            services=(DemoService(name="Ledger", kind="postgresql", size="small", days=290),),
            people={worker: "operate", guest: "view"},
            roles={role: "view"},
        ),
        DemoProject(
            organization=ACME,
            name="Trade fair 2025",
            by=maker,
            days=380,
            description="The robot that waved at visitors.",
            state=ProjectState.ARCHIVED,
            services=(
                DemoService(
                    name="Waving",
                    kind="web-app",
                    size="small",
                    days=370,
                    state=State.STOPPED,
                    parameters={"image": "waving:1"},
                ),
            ),
        ),
        DemoProject(
            organization=ACME,
            name="Chat bot",
            by=worker,
            days=80,
            region="us-east",
            state=ProjectState.DELETING,
            services=(DemoService(name="Memory", kind="redis", size="large", days=75),),
        ),
        DemoProject(organization=ACME, name="Spare parts", by=worker, days=2, tags=("shop",)),
    )


SCENES: Mapping[str, Sequence[DemoProject]] = {
    "default": (
        *_of_acme("Olivia Owner", "Theo Tech", "member", "Bella Billing"),
        DemoProject(
            organization=COBALT,
            name="Battery tests",
            by="Theo Tech",
            days=100,
            description="Charged and discharged, ten thousand times.",
        ),
        DemoProject(
            organization=PERSONAL,
            name="Weekend",
            by="Olivia Owner",
            days=20,
            description="A garden that waters itself.",
            services=(DemoService(name="Moisture", kind="postgresql", size="small", days=19),),
        ),
    ),
    # An Admin has no resources (text 004), and sees what was granted to them.
    "exoscale": (
        *_of_acme("Olivia Owner", "Theo Tech", "tech", "Adam Admin"),
        DemoProject(organization=PERSONAL, name="Weekend", by="Olivia Owner", days=20),
    ),
    "ovhcloud": _of_acme("Adam Admin", "Mia Member", "member", "Chloé Martin"),
    # A Technical user sees no project but what was granted to them.
    "percona": _of_acme("Adam Admin", "Amara Okafor", "technical", "Tara Technical"),
}
