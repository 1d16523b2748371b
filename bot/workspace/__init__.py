"""A local workspace that speaks Slack's own protocol, for people and tests that have no Slack at hand."""
