"""Names of the files and folders in a folder of published tables (`curated`)."""

from typing import Literal

# How tables are published: one file per table, or Delta tables of many files.
Layout = Literal["files", "delta"]
FILES_LAYOUT: Layout = "files"
DELTA_LAYOUT: Layout = "delta"

# Published: `<table>.parquet`, `_versions/<run>/<table>.parquet`, and the manifest that names the current version.
MANIFEST = "manifest.json"
VERSIONS = "_versions"

# Results of steps that a later run reuses, and the file that makes a cache entry complete.
CACHE = "_cache"
ENTRY_FILE = "entry.json"
# What earlier versions of nianbao called their cache; the next run removes it.
OBSOLETE_CACHE = "_pieces"
# Sizes and times of raw and published files after the last run; they are of this disk alone.
FINGERPRINTS = "fingerprints.json"
LOCK = ".lock"

# Prefixes of files and folders that are being written; a run removes what a killed one left.
WRITING = ".writing-"
UNFINISHED = ".making-"
LINKING = ".linking-"

# The folder of Delta tables, and the file of a version that names their versions.
DELTA = "delta"
DELTA_VERSIONS = "delta.json"
