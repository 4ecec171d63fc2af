"""Reads the ledger and all that it comes from again, and names what does not fit (issue 7, Deliver 1)."""

from billing.verifying.faults import Fault
from billing.verifying.reading import Verdict, verify

__all__ = ["Fault", "Verdict", "verify"]
