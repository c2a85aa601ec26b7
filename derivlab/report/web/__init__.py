"""Pages for a browser: one self-contained file each, with its fonts, its formulas and no network."""

from derivlab.report.web.page import page

__all__ = ["page"]
