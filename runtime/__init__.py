"""*Where and how long*: runs bundles in the sandbox and serves them. Knows nothing of Slack or models."""
