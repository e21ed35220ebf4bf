"""Rows of the published tables: made, validated, kept consistent, and described."""
