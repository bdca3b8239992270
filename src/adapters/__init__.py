"""One package or file per port and vendor."""
