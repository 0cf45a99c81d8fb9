"""`python -m flows` is `irmflow`."""

from flows.cli import main

main()
