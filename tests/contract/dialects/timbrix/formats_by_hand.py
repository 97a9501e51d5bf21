"""Spellings of this surface, written without the code that makes them."""


def user(internal: str) -> str:
    """`usr_` and the 24 digits themselves."""
    return f"usr_{internal}"
