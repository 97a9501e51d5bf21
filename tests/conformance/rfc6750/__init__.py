"""How an access token is presented."""
