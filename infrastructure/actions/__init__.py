"""What people, workers and programs do to infrastructure; each takes ``by``, an Actor, is atomic, and is audited."""
