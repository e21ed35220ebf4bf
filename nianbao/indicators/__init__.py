"""Indicators: the catalog of what is measured, and which observation measures which."""
