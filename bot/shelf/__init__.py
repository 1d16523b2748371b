"""What somebody may create, and what they wanted and could not: the Home tab, the list, the demand."""
