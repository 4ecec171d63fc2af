"""The pages and hooks of the outbox, by noun."""
