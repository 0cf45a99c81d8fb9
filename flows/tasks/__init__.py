"""One thin task per stage of a retraining: each calls into `irm_core` or `flows.tracking`, and no more."""
