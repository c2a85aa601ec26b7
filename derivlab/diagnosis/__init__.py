"""Floor 5: what is wrong with a refuted claim, from a table of error kinds."""

from derivlab.diagnosis.diagnose import Diagnosis, diagnose, diagnose_stated
from derivlab.diagnosis.messages import catalogue
from derivlab.diagnosis.solution import difference, solution

__all__ = ["Diagnosis", "catalogue", "diagnose", "diagnose_stated", "difference", "solution"]
