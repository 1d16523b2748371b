"""The local workspace: a small Slack that speaks Slack's own protocol, for the demo and the tests."""
