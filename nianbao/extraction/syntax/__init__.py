"""Clauses of a sentence and the words to the left of a number."""
