"""Floor 3: the table of derivative rules; `gradient()` with recorded steps."""

from derivlab.calculus.forms import Rule
from derivlab.calculus.gradient import Gradient, gradient, hessian
from derivlab.calculus.rules import RULES
from derivlab.calculus.steps import Step

__all__ = ["RULES", "Gradient", "Rule", "Step", "gradient", "hessian"]
