"""How a page comes to its rows: the queries that it asks, and what PostgreSQL does for each of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# How often a query is measured: what else this machine does falls on some of the times only.
TIMES = 5


def asked(client: Client, path: str, query: dict[str, str] | None = None) -> list[str]:
    """The queries of a page in the middle of a visit, when the session knows the context already."""
    client.get(path, query or {})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query or {}).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@dataclass(frozen=True)
class Plan:
    """What PostgreSQL did for one query: ``scans`` as *kind name*, with the median of its milliseconds."""

    milliseconds: float
    scans: list[str]

    def uses(self, index: str) -> bool:
        """Whether rows were found by this index."""
        return any(scan.endswith(f" {index}") for scan in self.scans)

    def reads_all_of(self, table: str) -> bool:
        """Whether a table was read from its beginning to its end."""
        return f"Seq Scan {table}" in self.scans

    def __str__(self) -> str:
        return f"{self.milliseconds:8.1f} ms  {', '.join(self.scans)}"


def explain(sql: str) -> Plan:
    """Ask PostgreSQL how it comes to the rows of a query, and let it do so some times."""
    times: list[float] = []
    explained: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for _time in range(TIMES):
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
            (found,) = cursor.fetchone()
            (explained,) = json.loads(found) if isinstance(found, str) else found
            times.append(explained["Execution Time"])
    return Plan(median(times), list(dict.fromkeys(_scans(explained["Plan"]))))


def the_one(queries: list[str], mark: str) -> str:
    """The query of a page in which ``mark`` stands."""
    (found,) = [sql for sql in queries if mark in sql]
    return found


def _scans(node: dict[str, Any]) -> Iterator[str]:
    # Bitmap Heap Scan is only the other half of what its index has found.
    if "Scan" in node["Node Type"] and node["Node Type"] != "Bitmap Heap Scan":
        yield f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name', '')}"
    for inner in node.get("Plans", []):
        yield from _scans(inner)
