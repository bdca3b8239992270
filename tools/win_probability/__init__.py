"""Fits the win probability of src/core/domain/win_probability and tells how good it is."""
