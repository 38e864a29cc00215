"""Visits to the closing page."""
