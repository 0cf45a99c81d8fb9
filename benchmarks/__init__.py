"""Every figure of the README's benchmark table, by one command: `make bench`.

Figures are ratios of CPU seconds (or of memory), measured in one run on the same work, each beside a check
that both sides came to the same answer.
"""

import os

os.environ["OMP_WAIT_POLICY"] = "passive"  # before torch: a thread that waits must not count as work
