"""What an installation needs before anybody can work with it."""
