"""Numbers in text: digits, Chinese numerals, units, bounds, and what is not a quantity."""
