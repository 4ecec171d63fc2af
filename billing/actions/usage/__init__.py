"""What ran is found out hour by hour, and charged."""

from billing.actions.usage.hours import ran_in
from billing.actions.usage.pricing import tell_of_prices
from billing.actions.usage.recording import record_ended, record_usage

__all__ = ["ran_in", "record_ended", "record_usage", "tell_of_prices"]
