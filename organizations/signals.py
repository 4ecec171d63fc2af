"""What organizations tell the apps above them, inside the transaction of the change. No receivers yet."""

from django.dispatch import Signal

created = Signal()  # organization
membership_ended = Signal()  # membership, about to be deleted
