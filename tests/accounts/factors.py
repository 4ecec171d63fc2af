"""Second factors as people have them: an app that shows codes, a sheet of backup codes."""

import re
from dataclasses import dataclass
from html import unescape

from django.http import HttpResponseBase
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import Authenticator, BackupCodes, User
from accounts.models.authenticator import code_at, new_secret, step_now
from accounts.models.backup_codes import new_codes
from tests.accounts.signing import sign_in
from tests.reading import body

CHALLENGE = "/accounts/login/second-factor/"
MFA = "/profile/security/mfa/"
NEW = f"{MFA}authenticator/new/"
CODES = f"{MFA}backup-codes/"


@dataclass
class App:
    """An authenticator app on somebody's phone."""

    device: Authenticator

    def code(self, steps: int = 0) -> str:
        """The code that it shows now, or so many steps of 30 seconds later."""
        return code_at(step_now() + steps, self.device.secret)

    def wrong_code(self) -> str:
        """A code that it shows neither now nor soon."""
        soon = {self.code(steps) for steps in range(-2, 3)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in soon)


def give_app(user: User, name: str = "Phone") -> App:
    """Set an authenticator app up, without the pages that do so."""
    device = Authenticator.build(user=user, name=name, secret=new_secret())
    device.save()
    return App(device)


def give_codes(user: User) -> list[str]:
    """Make backup codes, without the page that does so."""
    codes = new_codes()
    BackupCodes.make(user.pk, codes)
    return codes


def answer(client: Client, code: str, kind: str = "authenticator", **more: str) -> HttpResponseBase:
    """Give a code on the page of the second step."""
    return client.post(CHALLENGE, {"kind": kind, "code": code, **more})


def sign_in_with(client: Client, user: User, app: App, **more: str) -> HttpResponseBase:
    """Sign in with the password, then with the app."""
    sign_in(client, user.email)
    return answer(client, app.code(), **more)


def prove_factor(client: Client, user: User) -> App:
    """Let a browser in which the user is signed in have proven an app that they get now."""
    app = give_app(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = app.device.persistent_id
    session.save()
    return app


def is_in(client: Client) -> bool:
    """Whether somebody is signed in: may see what second factors they have."""
    return client.get("/profile/security/mfa/").status_code == 200


def proof_on(asked: HttpResponseBase, code: str, kind: str = "authenticator") -> dict[str, str]:
    """The answer to the page that asks who one is."""
    [carried] = re.findall(r'name="carried" value="([^"]+)"', body(asked))
    return {"proof": "yes", "carried": unescape(carried), "kind": kind, "code": code}


def key_on(client: Client) -> str:
    """The key that the page shows."""
    [key] = re.findall(r'data-copy="([A-Z2-7]{32})"', body(client.get(NEW)))
    return str(key)


def enrol(client: Client, name: str = "") -> str:
    """Set an app up through the page; its key."""
    key = key_on(client)
    client.post(NEW, {"code": code_at(step_now(), key), "name": name})
    return key


def shown_codes(client: Client) -> list[str]:
    """The backup codes that the page shows."""
    return re.findall(r"<code>(\w{5}-\w{5})</code>", body(client.get(CODES)))
