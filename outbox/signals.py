"""What the outbox tells higher layers, each within its transaction.

``bounced``: the mail server refused a recipient for good, or the mail came back. Sent before the mail is marked, with
``mail``, a ``Mail``. Receivers: ``organizations`` (the invitation is marked as bounced).

``tried_again``: staff had something delivered now. Sent with ``delivery`` and the ``request``. Receivers:
``organizations`` (it is written in the audit log, which the outbox does not know).

``taken``: an endpoint has taken a call. Sent before it is marked, with ``webhook``, a ``Webhook``; once more where the
mark was lost. Receivers: ``projects`` (the backend has accepted an operation).

``given_up``: a call is not tried any more. Sent before it is marked, with ``webhook`` and ``for_good`` (the endpoint
refused it; else it was tried long enough). Receivers: ``projects`` (an operation has failed).
"""

from django.dispatch import Signal

bounced = Signal()
tried_again = Signal()
taken = Signal()
given_up = Signal()
