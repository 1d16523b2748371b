"""The doors to Slack: its events as values of ours, and what we say as calls of its Web API."""
