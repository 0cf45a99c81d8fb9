"""`irmflow prune`: what retrainings leave behind, removed beyond the newest and what is in use."""
