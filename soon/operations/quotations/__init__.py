"""What can be done with a quotation."""
