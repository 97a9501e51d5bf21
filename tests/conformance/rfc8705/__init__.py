"""Client certificates: mutual TLS, and tokens that are bound to it."""
