"""Ordinary tables: name, unit, value and change in any order, years across or down."""
