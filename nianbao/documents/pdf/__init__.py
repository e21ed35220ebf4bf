"""Reader for PDF files."""
