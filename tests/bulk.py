"""Many of something, quickly: for the tests of what long lists cost. On PostgreSQL a million rows are one statement."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Model

from accounts.models import Authenticator, User
from console.text import fold, words_of
from organizations.models import Membership, Organization

BATCH = 5_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
# Names that people have: some letters are folded, some are short, many are shared.
FIRST = """Amara Bruno Chloé Dmitri Elif Farid Greta Hiro Inés Jóhanna Kwame Ludovic Margarethe Nikolaos Oluwaseun
Priyanka Quentin Rosalind Siobhán Takumi Umberto Valentina Wolfgang Ximena Yevgenia Zbigniew Li Bo Anneliese""".split()  # noqa: SIM905 -- 29 names read better
LAST = """Okafor Silva Vandenbroucke Volkov Kaya Benali Lindqvist Tanaka García Haraldsdóttir Mensah Delacroix
Papadopoulos Oyelaran Ramachandran Castellanos Abernathy MacDonald Yamamoto Fontana Villanueva Zimmermann Robles
Kuznetsova Szczepański Grünwald Fitzgerald Martin Novák Rossi Diallo Ortiz Moretti Watanabe Nguyễn Carvalho Eriksson
Iglesias Iyer Petrova Wiśniewski Ng""".split()  # noqa: SIM905 -- 42 names read better
KINDS = ["Robotics", "Analytics", "Logistics", "Biotech", "Consulting", "Foods", "Energy", "Media", "Systems", "Works"]
SYLLABLES = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "du", "fe", "go", "hi", "ja", "pu", "wo"]
DESCRIPTIONS = [
    "",
    "We make things that last.",
    "Données et cartes pour les villes",
    "Ein Labor für leise Motoren in München",
    "Open tools for people who grow food",
    "Parcels on time, from port to door",
    "Software for hospitals and their labs",
    "Films, podcasts and the people behind them",
    "Wind, water and sun for a million homes",
    "Accounting without paper",
    "Bridges, tunnels, rails",
    "Research on batteries & magnets",
    "Games for long evenings",
]


def many_members(organization: Organization, number: int, role: str = "member") -> None:
    """Add so many members with names that repeat and addresses of their own, each a second later than the one before.

    Without personal accounts, which lists of members do not need.
    """
    like = Membership(organization=organization, role=role)
    like.give(like.held_role)
    if connection.vendor == "postgresql":
        _many_members_by_sql(like, number)
        return
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
            first_name=FIRST[number % len(FIRST)],
            last_name=LAST[number // len(FIRST) % len(LAST)],
        )


def _many_members_by_sql(like: Membership, number: int) -> None:
    slug = like.organization.slug
    begin = f"timestamptz '{BEGIN.isoformat()}'"
    user_id = made_id(f"user {slug}")
    email = f"'person' || lpad(n::text, 6, '0') || '@{slug}.example'"
    # Every third has two last names.
    last, second = picked("last", len(LAST), 7), picked("last", len(LAST), 11)
    folded, folded_second = picked("folded_last", len(LAST), 7), picked("folded_last", len(LAST), 11)
    sort_name = (
        f"{picked('folded_first', len(FIRST), 3)} || ' ' || {folded}"
        f" || CASE WHEN mod(n, 3) = 0 THEN ' ' || {folded_second} ELSE '' END"
    )
    insert(
        User(),
        number,
        {
            "id": user_id,
            "email": email,
            "first_name": picked("first", len(FIRST), 3),
            "last_name": f"{last} || CASE WHEN mod(n, 3) = 0 THEN ' ' || {second} ELSE '' END",
        },
        {"first": FIRST, "last": LAST},
    )
    insert(
        like,
        number,
        {
            "id": made_id(f"membership {slug}"),
            "user_id": user_id,
            "joined_at": f"{begin} + n * interval '1 second'",
            "last_active_at": f"{begin} + mod(n::bigint * 7, {number}) * interval '1 second'",
            "sort_name": sort_name,
            "search": f"{sort_name} || ' ' || {email}",
        },
        {"folded_first": [fold(name) for name in FIRST], "folded_last": [fold(name) for name in LAST]},
    )


def protect_most(organization: Organization, number: int) -> None:
    """Give an authenticator app to nine in ten of the members that `many_members` has added. PostgreSQL."""
    user_id = made_id(f"user {organization.slug}", "(n + n / 9)")
    like = Authenticator(name="App", confirmed=True)
    insert(like, number * 9 // 10, {"id": made_id(f"app {organization.slug}"), "user_id": user_id}, {})


def name_of(number: int) -> str:
    """The name of an organization of `many_organizations`: syllables of its own, and what the company does."""
    syllables = [SYLLABLES[number // 16**place % 16] for place in range(5)]
    return f"{''.join(syllables).capitalize()} {KINDS[number % 10]}"


def many_organizations(number: int) -> None:
    """So many teams that everybody may find, nobody in them; their slugs are `org-0`, `org-1` and so on. PostgreSQL."""
    syllables = " || ".join(f"{part('syllables', f'mod(n / {16**place}, 16)')}" for place in range(5))
    told, kind = picked("told", len(DESCRIPTIONS), 5), part("kinds", "mod(n, 10)")
    with without_index("organization_by_search"):
        insert(
            Organization(discoverability="public"),
            number,
            {
                "id": made_id("organization"),
                "name": f"initcap({syllables}) || ' ' || {kind}",
                "slug": "'org-' || n",
                "description": picked("descriptions", len(DESCRIPTIONS), 5),
                "search": f"' ' || {syllables} || ' ' || lower({kind}) || ' org ' || n || {told}",
            },
            {
                "syllables": SYLLABLES,
                "kinds": KINDS,
                "descriptions": DESCRIPTIONS,
                "told": ["".join(f" {word}" for word in words_of(text)) for text in DESCRIPTIONS],
            },
        )


def insert(like: Model, number: int, columns: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> None:
    """Write so many rows as ``like``, which is not saved, but for ``columns``: SQL by column. For PostgreSQL.

    In it, ``n`` runs from 0 to ``number`` - 1, and each of ``lists`` has its name (`part`, `picked`). What saving a
    model does besides is left out: whoever calls this writes the copies themselves. The statistics are new afterwards.
    """
    fields = like._meta.concrete_fields
    table = connection.ops.quote_name(like._meta.db_table)
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = [columns.get(str(field.column), "%s") for field in fields]
    fixed = [
        field.get_db_prep_save(field.pre_save(like, add=True), connection)
        for field in fields
        if field.column not in columns
    ]
    given = ", ".join(f"%s::text[] AS {name}" for name in lists) or "1"
    # Types: a value that stands in no table yet is text to PostgreSQL.
    typed = [
        f"{value}::{field.db_type(connection)}" if value == "%s" else value
        for value, field in zip(values, fields, strict=True)
    ]
    statement = (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(typed)}"  # noqa: S608 -- written by tests
        f" FROM generate_series(0, {number - 1}) AS n, (SELECT {given}) AS lists"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*fixed, *(list(values) for values in lists.values())])
        cursor.execute(f"ANALYZE {table}")


def part(name: str, index: str) -> str:
    """SQL for the text at a place, from 0 on, of a list."""
    return f"{name}[1 + {index}]"


def picked(name: str, length: int, step: int) -> str:
    """SQL for some text of a list for each ``n``; with another ``step``, another one."""
    return part(name, f"mod(n::bigint * 7919 / {step}, {length})")


def made_id(what: str, index: str = "n") -> str:
    """SQL for an id of version 7 that grows with ``index``, its own for each ``what``."""
    moment = f"lpad(to_hex({int(BEGIN.timestamp() * 1000)} + {index}), 12, '0')"
    rest = f"md5('{what}' || {index})"
    return f"({moment} || '7' || substr({rest}, 1, 3) || '8' || substr({rest}, 4, 15))::uuid"


@contextmanager
def without_index(name: str) -> Iterator[None]:
    """Take an index away and make it anew afterwards: much sooner than with each row of many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        # What is checked only at the end of a transaction keeps indexes as they are until then.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute(definition)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
