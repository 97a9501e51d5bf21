"""Resource indicators."""
