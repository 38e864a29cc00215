"""Bringing in what a business kept elsewhere. A file is read into a table, and a map says which column is what."""
