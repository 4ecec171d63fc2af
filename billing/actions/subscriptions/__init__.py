"""What an organization subscribes to: chosen, changed, renewed, ended.

What only reads is found here. What changes something is imported from its own module, since that calls
`standing.review`, which in turn goes on with what could not be charged (advancing.py).
"""

from billing.actions.subscriptions.reading import Upcoming, current, next_charge, plan_of

__all__ = ["Upcoming", "current", "next_charge", "plan_of"]
