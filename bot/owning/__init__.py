"""Whose an app is, how long it is kept, and who may open it."""
