"""Read files into documents: text with sections, tables and metadata. Pure functions from bytes."""
