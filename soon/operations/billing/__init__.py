"""Billing: everything due, exactly once."""
