"""Questions: read-only rows and totals for lists, pages and reports."""
