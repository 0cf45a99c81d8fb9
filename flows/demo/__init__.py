"""Real data that come inside installed packages, written as the raw files a user would have."""
