"""OpenID Connect Back-Channel and Front-Channel Logout 1.0."""
