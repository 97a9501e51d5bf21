"""The token endpoint, its grants, and how clients prove themselves."""
