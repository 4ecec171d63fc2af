"""What projects tell the apps above them, inside the transaction of the change.

Receivers: ``ending`` → billing (what ran there and is not written down yet).

``ending`` is sent with the organization locked, before projects go for good with all that is known of them; no service
is there any more, but those that were are still known.
"""

from django.dispatch import Signal

ending = Signal()  # organization, projects
