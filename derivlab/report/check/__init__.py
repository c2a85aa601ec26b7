"""Verdicts on the equations of a document, and the forms in which they are printed."""

from derivlab.report.check.chains import ChainStep
from derivlab.report.check.judge import Checked, CheckedFile, Summary, check_file, check_statements

__all__ = ["ChainStep", "Checked", "CheckedFile", "Summary", "check_file", "check_statements"]
