"""JWT access tokens, and the life of the keys that sign them."""
