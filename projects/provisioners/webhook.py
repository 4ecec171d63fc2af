"""The provisioner that asks the company's own backend, by a signed call."""

from projects.provisioners.base import Provisioner


class Webhook(Provisioner):
    """Writes the call (outbox.models.Webhook); the backend reports."""

    is_ours = False
