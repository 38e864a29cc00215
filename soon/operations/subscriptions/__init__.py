"""What can be done with a running subscription."""
