"""The broker: the only process with vault keys and a way out of the machine. Egress, mail and the secrets they need."""
