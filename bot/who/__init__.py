"""Who somebody is, what they may do, and in which language they are answered."""
