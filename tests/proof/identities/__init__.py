"""True identities of machine learning, one file a field: written from the mathematics."""

from tests.proof.identities.activations import ACTIVATIONS
from tests.proof.identities.distributions import DISTRIBUTIONS
from tests.proof.identities.identity import Identity
from tests.proof.identities.losses import LOSSES
from tests.proof.identities.metrics import METRICS
from tests.proof.identities.networks import NETWORKS
from tests.proof.identities.normalizations import NORMALIZATIONS
from tests.proof.identities.regression import REGRESSION
from tests.proof.identities.sums import SUMS

ALL: tuple[Identity, ...] = (
    *LOSSES,
    *NORMALIZATIONS,
    *ACTIVATIONS,
    *DISTRIBUTIONS,
    *REGRESSION,
    *METRICS,
    *NETWORKS,
    *SUMS,
)
