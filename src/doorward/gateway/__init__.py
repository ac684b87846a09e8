"""Other services behind the door."""
