"""Players' matches, a year at a time."""
