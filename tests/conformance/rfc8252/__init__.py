"""OAuth for native apps."""
