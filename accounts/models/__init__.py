"""The user, and what belongs to one person's account."""

from accounts.models.session import Session
from accounts.models.user import SHOWN, JobRole, Salutation, Standing, User, UserManager, clean_address, full_name

__all__ = ["SHOWN", "JobRole", "Salutation", "Session", "Standing", "User", "UserManager", "clean_address", "full_name"]
