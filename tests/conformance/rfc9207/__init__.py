"""The issuer in every authorization response."""
