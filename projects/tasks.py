"""The tasks of projects: each calls the action of its name."""

from uuid import UUID

from console.celery import app
from projects.actions import services
from projects.actions.projects import end_deleted_projects

# Ends before the claim does (outbox.leases.LEASE): nobody else may be at it meanwhile.
SOFT_LIMIT = 20
HARD_LIMIT = 24


@app.task(name="projects.carry_out", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def carry_out(operation_id: str) -> None:
    """Carry out one operation on a service, if it is due."""
    services.carry_out(UUID(operation_id))


@app.task(name="projects.sweep_operations")
def sweep_operations() -> None:
    """Wake workers up for operations that are due, and give up those of which nothing is heard."""
    services.sweep_operations()


@app.task(name="projects.end_deleted")
def end_deleted() -> None:
    """Stop and delete what is in projects that were deleted, and take those away whose days are over."""
    end_deleted_projects()
