"""Runs requests at the same instant, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.http import HttpResponseBase
from django.test import Client

from tests.accounts.signing import prove
from tests.cast import Person

type Request = Callable[[], HttpResponseBase]


def browser(person: Person) -> Client:
    """Another browser in which the person signed in just now; a failure is the page that people would see: 500."""
    client = Client(raise_request_exception=False)
    client.force_login(person.user)
    prove(client)
    return client


def together(*requests: Request) -> list[HttpResponseBase]:
    """The answers to requests that are sent when all threads are ready, in the order given."""
    barrier = threading.Barrier(len(requests), timeout=20)

    def send(request: Request) -> HttpResponseBase:
        try:
            # Connect first: what is to collide is the work, not the connecting.
            connection.ensure_connection()
            barrier.wait()
            return request()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as threads:
        return [future.result(timeout=30) for future in [threads.submit(send, request) for request in requests]]


def statuses(answers: list[HttpResponseBase]) -> list[int]:
    """The status codes, sorted: which of the two was first is chance."""
    return sorted(answer.status_code for answer in answers)
