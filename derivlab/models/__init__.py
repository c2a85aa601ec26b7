"""Floor 5: the models, as data. To add one, copy a file of this folder and name it here."""

from derivlab.models.cross_entropy import CROSS_ENTROPY
from derivlab.models.log_likelihood import LOG_LIKELIHOOD
from derivlab.models.logistic import LOGISTIC
from derivlab.models.model import ConvexityClaim, Model, ModelClaim, Wrong
from derivlab.models.softmax import SOFTMAX

MODELS: dict[str, Model] = {m.name: m for m in (SOFTMAX, LOG_LIKELIHOOD, LOGISTIC, CROSS_ENTROPY)}

__all__ = ["MODELS", "ConvexityClaim", "Model", "ModelClaim", "Wrong"]
