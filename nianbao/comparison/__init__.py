"""Comparison: one indicator of one jurisdiction in one year and the year before, and what does not add up."""
