"""What must be quick, measured: `python -m benchmarks`."""
