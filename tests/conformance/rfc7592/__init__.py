"""Management of a registration by the client itself."""
