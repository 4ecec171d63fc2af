"""The demo's projects, in each state."""
