"""Closing: the steps that closing, undoing and reopening share, and what a closing would come to."""
