"""The schema's history, newest last."""
