"""What the rooms promise one another, on every engine: stores, and the wire behaviour of each dialect."""
