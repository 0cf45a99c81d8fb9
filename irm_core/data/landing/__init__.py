"""Landing: raw data that are no local files are brought into a folder, once, and read from there."""
