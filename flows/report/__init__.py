"""What a retraining found, for people and for programs."""
