"""The conversation and the wiring: who asked, and what to tell them."""
