"""Versions of a live app: the list, undo, going back, and what is done about one that broke."""
