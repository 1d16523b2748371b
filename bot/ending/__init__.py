"""How an app ends and comes back: reminders, archive, tombstone, restore."""
