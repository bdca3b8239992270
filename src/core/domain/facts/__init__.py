"""Facts: what a match and its timeline say, each defined in `model`."""
