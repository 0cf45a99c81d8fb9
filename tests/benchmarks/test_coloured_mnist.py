"""What the benchmark measures: the first step that reaches an accuracy, of courses that say their cost."""

from math import inf

import numpy as np
import torch

from benchmarks.coloured_mnist import Course, lowest_accuracy
from benchmarks.colours import flipped, painted
from irm_core.training.examples import Examples


def test_the_first_step_that_reaches_an_accuracy_counts() -> None:
    course = Course(seconds=[1.0, 2.0, 3.0], accuracies=[0.1, 0.6, 0.5])
    assert course.until(0.5) == 2.0
    assert course.until(0.7) == inf


def test_an_environment_cannot_hide_behind_the_others() -> None:
    examples = Examples(
        inputs=torch.tensor([[1.0], [1.0], [1.0], [-1.0]]),
        targets=torch.tensor([1, 1, 1, 1]),
        membership=torch.tensor([0, 0, 1, 1]),
        validation=torch.zeros(4, dtype=torch.bool),
        environments=("a", "b"),
    )
    assert lowest_accuracy(torch.nn.Identity(), examples) == 0.5


def test_labels_are_flipped_as_often_as_said() -> None:
    values = np.zeros(20_000, dtype=bool)
    share = np.repeat([0.1, 0.9], 10_000)
    found = flipped(values, share, np.random.default_rng(0)).reshape(2, -1).mean(1)
    assert np.allclose(found, [0.1, 0.9], atol=0.01)


def test_the_colour_is_the_channel() -> None:
    images, red = torch.ones(2, 1, 14, 14), torch.tensor([True, False])
    painting = painted(images, red, grey=False)
    assert painting.sum((2, 3)).tolist() == [[196.0, 0.0], [0.0, 196.0]]
    assert torch.equal(painted(images, red, grey=True), images)
