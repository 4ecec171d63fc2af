"""Many of something, quickly: for the tests of what long lists cost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from accounts.models import User
from organizations.models import Membership, Organization

BATCH = 5_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = ["Amara", "Bruno", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Inés", "Jóhanna"]
LAST = [
    "Okafor",
    "Silva",
    "Vandenbroucke",
    "Volkov",
    "Kaya",
    "Benali",
    "Lindqvist",
    "Tanaka",
    "García",
    "Haraldsdóttir",
]


def many_members(organization: Organization, number: int, role: str = "member") -> None:
    """Add so many members with names that repeat and addresses of their own, each a second later than the one before.

    Without personal accounts, which lists of members do not need.
    """
    for first in range(0, number, BATCH):
        numbers = range(first, min(first + BATCH, number))
        users = User.objects.bulk_create(_users(organization, numbers))
        Membership.objects.bulk_create(
            Membership.build(
                organization=organization,
                user=user,
                role=role,
                joined_at=BEGIN + timedelta(seconds=index),
                last_active_at=BEGIN + timedelta(seconds=index * 7 % number),
            )
            for index, user in zip(numbers, users, strict=True)
        )


def _users(organization: Organization, numbers: range) -> Iterator[User]:
    for number in numbers:
        yield User(
            email=f"person{number:06}@{organization.slug}.example",
            first_name=FIRST[number % 10],
            last_name=LAST[number // 10 % 10],
        )
