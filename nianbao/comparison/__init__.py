"""Comparison: one indicator of one jurisdiction in one year beside the year before, and what does not add up."""
