"""Floor 5: what is wrong with a refuted claim, from a table of error kinds."""

from derivlab.diagnosis.diagnose import Diagnosis, diagnose

__all__ = ["Diagnosis", "diagnose"]
