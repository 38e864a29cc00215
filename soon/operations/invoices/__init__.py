"""What can be done with invoices and the money that comes in for them."""
