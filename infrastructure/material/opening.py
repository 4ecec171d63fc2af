"""Opening what a password closes, with a limit to the work that the file may ask for (`opener`)."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from console.refusal import Refused
from infrastructure.material import opener

# Seconds of a processor that opening may take; by the clock it may have to wait for one.
WORK: Final = 3
PATIENCE: Final = 20.0

PASSWORD: Final = "password"  # noqa: S105 -- the name of a field


@sensitive_variables()
def opened(kind: Literal["bundle", "key"], data: bytes, password: str, *, field_name: str) -> dict[str, Any]:
    """What is in a PKCS #12 file (``bundle``: ``key`` and ``certificates``) or an encrypted key in PEM (``key``).

    Raises Refused, at the password where that is wrong or missing, else at ``field_name``.
    """
    asked = json.dumps({"kind": kind, "data": base64.b64encode(data).decode(), "password": password, "work": WORK})
    # Isolated: nothing of the environment or of the working directory is imported.
    command = [sys.executable, "-I", str(Path(opener.__file__))]
    try:
        done = subprocess.run(  # noqa: S603 -- our own file, without anything that was typed
            command, input=asked, capture_output=True, text=True, timeout=PATIENCE, check=True, env={}
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        sentence = _("This takes too much work to open. Encrypt it again in the usual way, with fewer rounds.")
        raise Refused(sentence, code="too-much-work", field=field_name) from None
    if problem := answer.get("problem"):
        raise _refused(problem, kind, password, field_name)
    return answer


def _refused(problem: str, kind: str, password: str, field_name: str) -> Refused:
    if problem != opener.CLOSED:
        sentence = (
            _("This is no PKCS #12 file that can be read. It ends with .p12 or .pfx.")
            if kind == "bundle"
            else _("This encrypted key cannot be read. Copy it again, all of it.")
        )
        return Refused(sentence, code="unreadable", field=field_name)
    if password:
        return Refused(_("This password does not open it. Type it again."), code="password-wrong", field=PASSWORD)
    sentence = _("It is encrypted. Type the password that it was encrypted with.")
    return Refused(sentence, code="password-missing", field=PASSWORD)
