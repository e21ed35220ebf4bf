"""Reader for plain text, and the handling of characters and lines that all readers share."""
