"""Every figure of the README's benchmark table, by one command: `make bench`.

Figures are ratios of CPU seconds, measured in one run on the same work, each beside a check that both
sides came to the same answer.
"""
