"""A payment gateway for trials: it behaves like one that is somebody else's, and no money moves.

It has rows of its own, a page of its own on which cards are typed, and tells us by signed messages what happened.
"""

from billing.gateways.sandbox.gateway import Sandbox
from billing.gateways.sandbox.messages import send_messages

__all__ = ["Sandbox", "send_messages"]
