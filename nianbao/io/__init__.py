"""File primitives: atomic writes, locks, and escaping for display."""
