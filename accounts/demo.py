"""The demo's second factor: the admin takes one, so the demo's staff have an authenticator app."""

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
        yield f"or run this for a code: DEBUG=1 .venv/bin/python manage.py code {user.email}"
