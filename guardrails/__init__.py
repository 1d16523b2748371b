"""Decides *whether*: scrubs, judges, records. Runs nothing and calls no model."""
