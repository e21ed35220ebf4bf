"""The atlas: a static site built from the published tables, for opening from disk or from any web server."""
