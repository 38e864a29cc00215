"""The demo company: a believable business with 18 months of history, the same every time for the same day."""
