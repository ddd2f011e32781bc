"""A case's file as paper: its sheets, what was handed in with them, and how they are bound."""
