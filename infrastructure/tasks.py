"""The tasks of infrastructure: each calls the action of its name."""
