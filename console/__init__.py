"""The frame: settings, addresses, the registry that the apps fill, and what every page shares. Imports no app."""
