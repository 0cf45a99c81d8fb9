"""Judge any predictor, today's champion too, on the rows of a version."""

from irm_core.data.rows import Rows
from irm_core.data.version import Version
from irm_core.errors import DataError
from irm_core.evaluation.fold import examples
from irm_core.evaluation.metrics import by_environment
from irm_core.evaluation.records import EnvironmentMetrics
from irm_core.evaluation.sample import Sample, judged
from irm_core.predictor import Predictor


def judge(predictor: Predictor, rows: Rows, version: Version) -> dict[str, EnvironmentMetrics]:
    """Metrics on the validation rows of the training environments, and on all rows of the hold-outs.

    Two models judged on the same version are judged on the same rows. `DataError` where this predictor cannot
    read them: an absent column, images of another shape, a class that it does not know.
    """
    target = predictor.target
    encoded = examples(rows, version, predictor.features, target)
    shape, expected = tuple(encoded.inputs.shape[1:]), predictor.architecture.input_shape
    if shape != expected:
        raise DataError(f"The examples have the shape {shape}, but the model was trained on {expected}.")
    sample = Sample.of(encoded, target, judged(encoded, version.training))
    return by_environment(sample.measured(predictor.model))
