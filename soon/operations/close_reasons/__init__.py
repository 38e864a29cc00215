"""What can be done with a close reason."""
