"""Is everything still true? Read-only checks over the whole database, each declared once, one file a theme."""
