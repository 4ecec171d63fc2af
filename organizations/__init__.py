"""The tenant: organizations, their members and roles, invitations, and the context that a page is about."""
