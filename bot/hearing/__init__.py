"""What is heard becomes a row, and what is said below an app becomes a change."""
