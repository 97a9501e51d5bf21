"""Authorization details."""
