"""The provisioner for a trial: services run at once, and are nothing."""

from typing import override

from projects.models import Operation
from projects.provisioners.base import Outcome, Provisioner


class Instant(Provisioner):
    """Says that everything succeeded."""

    @override
    def carry_out(self, operation: Operation) -> Outcome:
        return Outcome()
