"""The frame's tasks."""

from importlib import import_module

from django.conf import settings

from console.celery import app


@app.task(name="console.clear_sessions")
def clear_sessions() -> None:
    """Remove the sessions that have expired: signing in makes one, and nobody else takes it away."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
