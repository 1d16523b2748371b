"""How somebody comes in: sign-ins, links and tickets, as values."""
