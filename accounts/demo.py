"""The demo's second factor: the admin takes one, so the demo's staff have an authenticator app."""

import os
from collections.abc import Iterator

from accounts.models import Authenticator, User
from accounts.models.authenticator import new_secret


def build() -> Iterator[str]:
    """Give staff without an authenticator app one; yields how to get a code of it."""
    for user in User.objects.filter(is_staff=True, email__endswith="@example.com").order_by("email"):
        app = user.authenticators.first()
        if app is None:
            app = Authenticator.build(user=user, name="Demo", secret=new_secret())
            app.save()
        yield f"The second factor of {user.email}: add the key {app.secret} to an authenticator app,"
        yield f"or run this for a code: {_variables()} .venv/bin/python manage.py code {user.email}"


def _variables() -> str:
    """What a command needs to find this database; not the address of a server, which holds a password."""
    address = os.environ.get("DATABASE_URL", "")
    return f"DEBUG=1 DATABASE_URL={address}" if address.startswith("sqlite:") else "DEBUG=1"
