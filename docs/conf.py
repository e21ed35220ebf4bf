"""Configuration of the documentation site, built by `make docs` in build/site. It loads nothing from other servers."""

project = "年报 nianbao"
author = "the nianbao contributors"
extensions = ["myst_parser"]
exclude_patterns = ["*.ipynb"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "年报 nianbao"
html_copy_source = False
# Links to files of the repository (the README of a folder, the notebook) are not pages.
suppress_warnings = ["myst.xref_missing"]
