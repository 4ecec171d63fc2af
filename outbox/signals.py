"""What the outbox tells higher layers, each within its transaction.

``bounced``: the mail server refused a recipient for good, or the mail came back. Sent before the mail is marked, with
``mail``, a ``Mail``. Receivers: ``organizations`` (the invitation is marked as bounced).

``tried_again``: staff had something delivered now. Sent with ``delivery`` and the ``request``. Receivers:
``organizations`` (it is written in the audit log, which the outbox does not know).
"""

from django.dispatch import Signal

bounced = Signal()
tried_again = Signal()
