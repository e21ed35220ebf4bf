"""What each number of a sentence measures."""
