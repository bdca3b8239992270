"""Results for the outside."""
