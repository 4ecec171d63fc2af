"""What was promised in numbers: bytes, queries, seconds."""
