"""Atomic publication of tables: versions, manifest, diff, and object storage."""
