"""Find, download and import reports, and store them as snapshots."""
