"""Commands of infrastructure."""
