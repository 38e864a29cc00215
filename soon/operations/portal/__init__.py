"""Who may enter the customer portal."""
