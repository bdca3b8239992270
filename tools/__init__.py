"""What makes a part of Chimera, and is not needed to run it."""
