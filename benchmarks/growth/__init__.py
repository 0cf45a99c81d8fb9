"""What scheduled retrainings leave behind: `python -m benchmarks.growth`. Takes most of an hour."""
