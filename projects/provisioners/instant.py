"""The provisioner for a trial: services run at once, with credentials made up, and are nothing."""

import secrets
from typing import override

from projects.models import Operation
from projects.models.operation import Verb
from projects.provisioners.base import Found, Outcome, Provisioner

# What nobody can be: RFC 2606, section 2.
DOMAIN = "services.example"
PORT = "5432"
PASSWORD_BYTES = 18


class Instant(Provisioner):
    """Says that everything succeeded; what was asked for anew comes with credentials, the password shown once."""

    @override
    def carry_out(self, operation: Operation) -> Outcome:
        return Outcome(outputs=_credentials(operation) if operation.verb == Verb.CREATE else ())


def _credentials(operation: Operation) -> list[Found]:
    short = operation.service_id.hex[-12:]
    return [
        Found(name="host", value=f"{short}.{DOMAIN}"),
        Found(name="port", value=PORT),
        Found(name="user", value=f"u_{short}"),
        Found(name="password", value=secrets.token_urlsafe(PASSWORD_BYTES), is_secret=True, shown_once=True),
    ]
