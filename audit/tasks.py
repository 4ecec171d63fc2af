"""The tasks of audit: each calls the function of its name."""

from audit import chaining
from console.celery import app


@app.task(name="audit.link_events")
def link_events() -> None:
    """Link what was committed since the last time."""
    chaining.link_events()
