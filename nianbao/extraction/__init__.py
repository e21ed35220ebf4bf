"""Extraction: `Document -> observations`. Pure functions over text; the rules of language stand in the YAML beside the code."""
