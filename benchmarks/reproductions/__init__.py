"""Published experiments, run again: `python -m benchmarks.reproductions [NAME]...`, docs/reproductions.md."""
