"""How people signed in, and applications that ask for more."""
