"""Forms of signing up and in, and of the profile, by noun."""
