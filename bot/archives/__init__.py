"""What is kept of an app: its versions' entries, its archive, and the receipts of what is gone."""
