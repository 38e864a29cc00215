"""What can be done with declarations made on the public pages."""
