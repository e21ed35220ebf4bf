"""Benchmarks: speed, memory, accuracy of reading, page sizes, and runs that are killed; `make bench`."""
