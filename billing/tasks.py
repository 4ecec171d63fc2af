"""The tasks of billing: each calls the action of its name."""
