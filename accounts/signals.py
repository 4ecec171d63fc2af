"""What accounts tell the apps above them. Each is sent inside the transaction of the change.

Receivers: ``created`` → organizations (the personal account); ``profile_changed`` → organizations (the names in
member lists); ``address_verified`` → none yet; ``signed_in`` → none yet.
"""

from django.dispatch import Signal

created = Signal()  # user
profile_changed = Signal()  # user
address_verified = Signal()  # user, email
signed_in = Signal()  # user, request
