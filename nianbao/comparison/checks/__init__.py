"""Consistency checks of sentences, series and forms."""
