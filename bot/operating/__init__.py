"""What operators do and what looks after itself: freezes, keys, schedules, limits, upkeep."""
