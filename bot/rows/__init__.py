"""What the conversation keeps: requests, presses, follow-ups, drafts, demand and wishes."""
