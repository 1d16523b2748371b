"""How well sentences are understood: labelled requests, kept apart from the examples that the router learns from."""
