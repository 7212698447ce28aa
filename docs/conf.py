"""How the documentation is built: `make docs`, warnings as errors."""

from __future__ import annotations

from importlib import metadata

project = "hgplan"
author = "The hgplan authors"
release = version = metadata.version("hgplan")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"hgplan {release}"
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # signatures would name private modules; the text says what a value is
