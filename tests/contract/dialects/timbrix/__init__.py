"""The wire behaviour that a client of Timbrix sees."""
