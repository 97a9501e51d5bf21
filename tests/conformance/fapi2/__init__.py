"""Profiles: FAPI 2.0, OAuth 2.1, OpenID Connect Basic."""
