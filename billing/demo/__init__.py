"""The demo's money."""
