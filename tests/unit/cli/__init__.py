"""What is typed and what is printed, without an instance behind it."""
