"""Results of steps, cached by fingerprint."""
