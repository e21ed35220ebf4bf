"""Indicators: the catalog of what is measured, and the rules that match observations to it."""
