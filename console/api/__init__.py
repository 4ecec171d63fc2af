"""The frame of the API: one instance for all apps, and what every answer of it has in common.

Apps bring routers (`ROUTERS`, by dotted path); who may come in, and for what, the apps decide.
"""
