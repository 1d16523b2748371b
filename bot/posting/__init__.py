"""Posts on their way: kept as rows, fitted to what Slack takes, sent once, and put off while nobody takes them."""
