"""ID Tokens and claims."""
