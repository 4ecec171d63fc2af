"""What happened, who did it and from where: append-only events that actions record inside their transaction."""
