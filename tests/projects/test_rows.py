"""What the database refuses to hold of a service, whoever writes it there."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from projects.models import Operation, Output, Project
from tests.projects.making import make_service

pytestmark = pytest.mark.django_db

OPERATIONS: list[dict[str, Any]] = [
    {"state": "over"},
    {"verb": "pause"},
    {"ends_in": "failed"},
    {"progress": 101},
    {"gave_up": True},
    {"state": "open"},
    {"ended_at": None},
]
OUTPUTS: list[dict[str, Any]] = [
    {"value": "in the clear", "is_secret": True},
    {"value": "in the clear", "sealed": "sealed", "is_secret": True},
    {"sealed": "sealed"},
]


def test_an_operation_says_what_it_is_and_how_it_ended(project: Project) -> None:
    operation = make_service(project).operations.get()
    for wrong in OPERATIONS:
        with pytest.raises(IntegrityError), transaction.atomic():
            Operation.objects.filter(pk=operation.pk).update(**wrong)


def test_a_secret_is_sealed_and_nothing_else_is(project: Project) -> None:
    service = make_service(project)
    for wrong in OUTPUTS:
        with pytest.raises(IntegrityError), transaction.atomic():
            Output.objects.create(service=service, name="password", **wrong)
