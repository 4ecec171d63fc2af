"""Projects of an organization, who may do what in them, and the services that run there."""
