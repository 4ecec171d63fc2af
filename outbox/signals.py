"""What the outbox tells higher layers.

``bounced``: the mail server refused a recipient for good, or the mail came back. Sent within the transaction that marks
the mail, before it does, with ``mail``, a ``Mail``. Receivers: ``organizations`` (the invitation is marked as bounced).
"""

from django.dispatch import Signal

bounced = Signal()
