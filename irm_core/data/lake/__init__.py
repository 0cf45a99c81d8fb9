"""The optional store in Delta Lake: each version's good rows, a commit of a table that others read."""
