"""Read plain text files, and normalize the lines of all documents."""
