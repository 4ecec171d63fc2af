"""A provisioner that a real worker is killed in."""

import time
from typing import Final, override

from projects.models import Operation
from projects.provisioners.base import Outcome, Provisioner

KIND: Final = "stalling"
STALLING: Final = f"{__name__}.Stalling"


class Stalling(Provisioner):
    """Takes longer than anybody waits."""

    @override
    def carry_out(self, operation: Operation) -> Outcome:
        time.sleep(60)
        return Outcome()
