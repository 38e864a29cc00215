"""What can be done with a tax."""
