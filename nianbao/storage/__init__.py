"""Keeping: snapshots as received, tables validated, tables published whole, and the dictionary of what is in them."""
