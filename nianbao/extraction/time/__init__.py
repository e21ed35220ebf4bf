"""Which years a passage or an adverb refers to."""
