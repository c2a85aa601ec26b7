"""Floor 8: feed-forward networks whose backward pass is the verified gradients; MNIST; training."""

from derivlab.network.architecture import Layer, Network, feed_forward
from derivlab.network.config import GradientCheck, History, Misclassified, TrainingConfig, TrainingResult
from derivlab.network.layers import ACTIVATIONS, Activation, LayerModel
from derivlab.network.loop import DivergedError, Progress
from derivlab.network.mnist import Images, Mnist, load_mnist
from derivlab.network.optimizers import OPTIMIZERS
from derivlab.network.schedules import SCHEDULES
from derivlab.network.training import train

__all__ = [
    "ACTIVATIONS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Activation",
    "DivergedError",
    "GradientCheck",
    "History",
    "Images",
    "Layer",
    "LayerModel",
    "Misclassified",
    "Mnist",
    "Network",
    "Progress",
    "TrainingConfig",
    "TrainingResult",
    "feed_forward",
    "load_mnist",
    "train",
]
