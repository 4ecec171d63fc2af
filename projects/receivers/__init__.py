"""What projects do when apps below say that something happened."""

from projects.receivers import grants, organizations, webhooks

__all__ = ["grants", "organizations", "webhooks"]
