"""The atlas: a static site made from the published tables, one folder that opens from disk and from any web server."""
