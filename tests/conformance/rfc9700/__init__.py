"""What best practice asks beyond the protocol."""
