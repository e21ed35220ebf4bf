"""Cells of the nationally prescribed forms."""
