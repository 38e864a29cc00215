"""What can be done with our own company."""
