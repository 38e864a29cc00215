"""Looking whether everything is still true."""
