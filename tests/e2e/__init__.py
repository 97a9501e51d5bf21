"""A real process, real sockets, a real database: what a user would meet."""
