"""Extraction: `Document -> observations`. Pure functions; the words of the language are in YAML files."""
