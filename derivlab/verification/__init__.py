"""Floor 7: what a model claims, proved for all sizes and held against torch autograd."""

from derivlab.verification.report import Control, ModelReport, Row
from derivlab.verification.verify import verify_model, verify_models

__all__ = ["Control", "ModelReport", "Row", "verify_model", "verify_models"]
