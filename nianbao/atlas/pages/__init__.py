"""Views of the pages of the atlas, one module per kind of page."""
