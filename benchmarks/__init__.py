"""How fast it is: measured, never remembered."""
