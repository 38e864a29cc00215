"""What people can do with the views of lists that they keep."""
