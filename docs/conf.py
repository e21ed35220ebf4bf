"""The site of the docs: `make docs` builds it into build/site. Nothing on it comes from elsewhere."""

project = "年报 nianbao"
author = "the nianbao contributors"
extensions = ["myst_parser"]
exclude_patterns = ["*.ipynb"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "年报 nianbao"
html_copy_source = False
# Links out of the docs (README of a folder, the notebook) are files of the repository, not pages.
suppress_warnings = ["myst.xref_missing"]
