"""The tasks of support: each calls the action of its name."""
