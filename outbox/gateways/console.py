"""The gateway of the embedded engines: nothing leaves."""

from typing import override

from outbox.gateways.base import Gateway


class ConsoleGateway(Gateway):
    """Leaves text messages where they are, for ``/mailbox/`` to show."""

    keeps_texts = True

    @override
    def send(self, number: str, text: str) -> None:
        """Do nothing."""
