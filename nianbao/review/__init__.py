"""What needs a person: the queue of items, edits of YAML as patches of its text, and pages to decide on."""
