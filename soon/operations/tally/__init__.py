"""Keeping the tally of orders short."""
