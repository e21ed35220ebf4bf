"""Reading: `bytes -> Document`. Knows nothing of extraction, files, network or clocks."""
