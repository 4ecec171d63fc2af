"""Forms of infrastructure."""
