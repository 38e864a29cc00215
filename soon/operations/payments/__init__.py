"""What can be done with the money that customers pay."""
