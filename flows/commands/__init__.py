"""The commands of `irmflow`. Everything heavy is imported where it is used: `--help` is there at once."""
