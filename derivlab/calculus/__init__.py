"""Floor 3: the table of derivative rules; `gradient()` with recorded steps."""

from derivlab.calculus.gradient import Gradient, gradient, hessian
from derivlab.calculus.rules import RULES, Rule
from derivlab.calculus.steps import Step

__all__ = ["RULES", "Gradient", "Rule", "Step", "gradient", "hessian"]
