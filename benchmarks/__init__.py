"""What must be quick, measured on a running system."""
