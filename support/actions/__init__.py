"""What people, workers and programs do to support; each takes ``by``, an Actor, is atomic, and is audited."""
