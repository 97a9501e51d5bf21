"""Token introspection."""
