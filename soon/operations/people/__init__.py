"""What can be done with the people who log in."""
