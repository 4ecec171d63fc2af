"""A machine that does to organizations whatever can be done, in any order, and knows by hand what must come of it."""
