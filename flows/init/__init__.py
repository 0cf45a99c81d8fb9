"""`irmflow init`: a first contract, from what a file or folder holds."""
