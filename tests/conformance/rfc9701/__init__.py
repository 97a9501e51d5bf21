"""RFC 9701, JWT responses of introspection."""
