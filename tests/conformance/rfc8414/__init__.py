"""What the server says of itself, and the keys that sign."""
