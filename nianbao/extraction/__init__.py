"""Extraction: `Document -> observations`. Pure functions; the words of the language stand in the YAML beside them."""
