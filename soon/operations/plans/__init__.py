"""What can be done with a recurring plan."""
