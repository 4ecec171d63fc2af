"""What must happen after a commit, once: rows that say so, and the sweep that sees to it."""
