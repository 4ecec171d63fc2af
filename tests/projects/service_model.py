"""What a service may do, as the machine that plays it believes; typed by hand (test_service_machine.py)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from projects.models import Operation, Service

STEPS = ["request", "ask", "ask", "ask", "ask", "report", "report", "work", "work", "sleep", "stop_everything"]
REPORTS = ["accepted", "progress", "done", "failed", "gave_up"]
WORK = ["well", "unable", "error", "killed"]
LEAPS = [timedelta(seconds=30), timedelta(minutes=3), timedelta(minutes=61)]
VERBS = ["start", "stop", "resize", "delete", "retry"]
NEEDED = {"create": "start", "start": "start", "resize": "start", "stop": "operate", "delete": "operate"}
ENDS = {"create": "running", "start": "running", "stop": "stopped", "delete": "deleted"}
GOES_ON = {
    "create": "provisioning",
    "start": "provisioning",
    "resize": "provisioning",
    "stop": "stopping",
    "delete": "stopping",
}
# What may follow upon what in a time line (issue, Deliver 3).
AFTER = {
    "": {"requested"},
    "requested": {"provisioning", "failed", "stopping"},
    "provisioning": {"provisioning", "running", "stopped", "failed", "stopping"},
    "running": {"provisioning", "stopping"},
    "stopping": {"stopping", "stopped", "deleted", "failed"},
    "stopped": {"provisioning", "stopping"},
    # Tried again, deleted, or heard of after all.
    "failed": {"requested", "provisioning", "stopping", "failed"},
    "deleted": set(),
}


@dataclass
class Job:
    """An operation, as the model knows it: ``open``, ``done``, ``failed``, ``replaced`` or ``gave_up``."""

    row: Operation
    verb: str
    ends: str
    size: str
    state: str = "open"

    @property
    def pk(self) -> Any:
        return self.row.pk


@dataclass
class Thing:
    """A service, as the model knows it."""

    row: Service
    state: str = "requested"
    size: str = "small"
    was_up: bool = False
    jobs: list[Job] = field(default_factory=list)

    @property
    def last(self) -> Job:
        return self.jobs[-1]

    def settle(self, job: Job, state: str) -> None:
        job.state = state
        self.state = job.ends if state == "done" else "failed"
        if state == "done":
            self.was_up, self.size = True, job.size

    def can(self, verb: str) -> bool:
        """Whether the state allows it, while nothing is being done."""
        failed_up = self.state == "failed" and self.was_up
        return {
            "start": self.state == "stopped" or failed_up,
            "stop": self.state == "running" or failed_up,
            "resize": self.state in {"running", "stopped"} or failed_up,
            "delete": True,
            "retry": self.state == "failed",
        }[verb]
