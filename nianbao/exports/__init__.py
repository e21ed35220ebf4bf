"""Exports for people who do not program: SQL views and an Excel workbook."""
