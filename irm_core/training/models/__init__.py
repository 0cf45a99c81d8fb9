"""The models that can be trained: a featurizer Φ, and a head w on it; one file for each."""

from irm_core.training.models.architecture import MODELS, Architecture, ModelName, build
from irm_core.training.models.model import Model
from irm_core.training.models.shape import Shape

__all__ = ["MODELS", "Architecture", "Model", "ModelName", "Shape", "build"]
