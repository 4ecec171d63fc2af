"""What becomes of support in the demo, under each policy: among the organizations of organizations.demo."""

from collections.abc import Mapping, Sequence

from support.demo.catalogue import ADVANCED, PREMIUM
from support.demo.scene import DemoContact, DemoEntitlement, DemoSupport, DemoTicket, Said
from support.models import Priority, Side, State

LOG = """2026-01-01T03:12:41Z LOG:  database system was shut down at 2026-01-01 03:12:07 UTC
2026-01-01T03:12:41Z FATAL:  could not open file "global/pg_filenode.map": No space left on device
"""

OURS = (
    DemoContact(
        name="Karla Keller", duty="Account manager", email="karla@example.org", phone="+33 4 78 00 00 01",
        side=Side.COMPANY,
    ),
    DemoContact(name="Night shift", duty="In an emergency", email="", phone="+33 4 78 00 00 99", side=Side.COMPANY),
)  # fmt: skip
THEIRS = (
    DemoContact(name="Carla Contact", duty="Technical contact", email="carla@example.com", phone="+33 4 78 00 00 12"),
    DemoContact(name="Paul Purchase", duty="Contracts and invoices", email="paul@example.com"),
)

DATABASES = DemoEntitlement(
    number="S-2041",
    name="Support for databases",
    tier="Premium",
    units=12,
    unit="nodes",
    level=PREMIUM,
    days=343,
    ends_in=22,
    families=("databases",),
)
EVERYTHING = DemoEntitlement(
    number="S-2077",
    name="Support for everything else",
    tier="Advanced",
    units=1,
    unit="organization",
    level=ADVANCED,
    days=120,
    ends_in=245,
)
FORMER = DemoEntitlement(
    number="S-1610",
    name="Support for databases",
    tier="Advanced",
    units=4,
    unit="nodes",
    level=ADVANCED,
    days=709,
    ends_in=-344,
    families=("databases",),
)
COMING = DemoEntitlement(
    number="S-2102",
    name="Support for storage",
    tier="Advanced",
    units=20,
    unit="TB",
    level=ADVANCED,
    days=-40,
    ends_in=405,
    families=("storage",),
)


def _tickets(first: str, second: str, third: str) -> tuple[DemoTicket, ...]:
    """One of each state, raised by three people."""
    return (
        DemoTicket(
            title="The database does not start after an update",
            by=first,
            hours=0.4,
            product="postgresql",
            priority=Priority.URGENT,
            said=(
                Said(
                    by=first,
                    body="We updated the database of the arms last night. Since then it does not start.\n\n"
                    "The log is attached. Production stands still.",
                    files=(("postgresql.log", LOG),),
                ),
            ),
        ),
        DemoTicket(
            title="How do we move a bucket to another region?",
            by=second,
            hours=30,
            product="object-storage",
            state=State.ANSWERED,
            assigned=True,
            said=(
                Said(by=second, body="We have 4 TB in the south and need them in the north. What is the way?"),
                Said(body="Which of the two regions is billed to another cost centre? Ask billing.", is_internal=True,
                     after=1),
                Said(
                    body="Make a second bucket in the north and let it follow the first; this takes about a day for 4"
                    " TB.\n\nMay we start it for you? Then tell us the name that it shall have.",
                    after=3,
                ),
            ),
        ),
        DemoTicket(
            title="Can the console show us last year's usage?",
            by=third,
            hours=75,
            product="console",
            priority=Priority.LOW,
            said=(
                Said(by=third, body="The page of usage begins in January. We need the months before."),
                Said(body="It keeps 24 months. Which organization is it?", after=5),
                Said(by=third, body="This one: we have been here for three years.", after=6),
            ),
        ),
        DemoTicket(
            title="Replica lags behind by minutes",
            by=first,
            hours=24 * 5,
            product="postgresql",
            priority=Priority.HIGH,
            state=State.SOLVED,
            assigned=True,
            said=(
                Said(by=first, body="Each night between two and three the replica is up to nine minutes behind."),
                Said(body="That is when your backup runs. Let it read from the replica itself, and the lag is gone:"
                     " https://docs.example.com/backups", after=2),
                Said(by=first, body="It is. Thank you!", after=26),
            ),
        ),
        DemoTicket(
            title="Invoice with our new address",
            by=second,
            hours=24 * 40,
            state=State.CLOSED,
            said=(
                Said(by=second, body="We have moved. Where do we change the address of coming invoices?"),
                Said(body="In billing, under details. It counts from the next invoice on.", after=7),
            ),
        ),
    )  # fmt: skip


def _acme(first: str, second: str, third: str, *entitlements: DemoEntitlement) -> DemoSupport:
    return DemoSupport(
        organization="acme-robotics",
        entitlements=entitlements,
        contacts=(*OURS, *THEIRS),
        tickets=_tickets(first, second, third),
    )


SCENES: Mapping[str, Sequence[DemoSupport]] = {
    "default": (_acme("Theo Tech", "Mia Member", "Olivia Owner", DATABASES, EVERYTHING, FORMER, COMING),),
    "exoscale": (_acme("Theo Tech", "Adam Admin", "Olivia Owner", EVERYTHING),),
    "ovhcloud": (_acme("Mia Member", "Bruno Silva", "Adam Admin"),),
    "percona": (_acme("Tara Technical", "Bruno Silva", "Adam Admin", DATABASES, EVERYTHING, FORMER),),
}
