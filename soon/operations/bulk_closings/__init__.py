"""Closing many subscriptions at once: asked for once, carried out in batches, with an answer for each."""
