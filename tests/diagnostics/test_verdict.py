"""The verdict, on data whose answer is known by construction."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.diagnosis import Diagnosis
from irm_core.diagnostics.verdict import judge

ROWS = 400


def linear(slopes: list[float], shift: float = 0.0, seed: int = 0) -> pl.DataFrame:
    """y = x + noise in every environment; z = slope · y + noise; x moves by `shift` per environment."""
    generator = np.random.default_rng(seed)
    parts = []
    for number, slope in enumerate(slopes):
        x = generator.normal(number * shift, 1, ROWS)
        y = x + generator.normal(0, 1, ROWS)
        z = slope * y + generator.normal(0, 1, ROWS)
        parts.append(pl.DataFrame({"x": x, "z": z, "y": y, ENVIRONMENT: f"site {number}"}))
    return pl.concat(parts)


def regression(frame: pl.DataFrame, **more) -> Diagnosis:
    features = [name for name in frame.columns if name not in ("y", ENVIRONMENT)]
    return judge(frame, features, "y", classification=False, **more)


@pytest.mark.parametrize(
    ("slopes", "shift", "verdict"),
    [
        ([1.0, 0.5, -1.0], 0.0, "can teach invariance"),
        ([0.0, 0.0, 0.0], 0.0, "too alike"),
        ([0.0, 0.0, 0.0], 1.0, "only covariate shift"),
        ([1.0, -1.0], 0.0, "too few"),
    ],
)
def test_each_verdict_is_given_where_it_holds_by_construction(slopes, shift, verdict):
    diagnosis = regression(linear(slopes, shift))
    assert diagnosis.verdict == verdict, diagnosis.reasons


def test_the_unstable_feature_is_named_with_its_slopes_and_the_stable_one_is_not():
    diagnosis = regression(linear([1.0, 0.5, -1.0]))
    assert [one.feature for one in diagnosis.unstable_features] == ["z"]
    by_environment = diagnosis.unstable_features[0].by_environment
    assert by_environment["site 0"] > by_environment["site 1"] > 0 > by_environment["site 2"]
    assert "'z' differs between environments, even in sign" in diagnosis.reasons[0]


def test_every_feature_has_its_slopes_with_sign_flips_and_heterogeneity():
    diagnosis = regression(linear([1.0, 0.5, -1.0]))
    unstable, stable = diagnosis.slopes
    assert (unstable.feature, stable.feature) == ("z", "x")
    assert unstable.sign_flips and not stable.sign_flips
    assert unstable.i_squared > 0.9 and unstable.p < 1e-6 and unstable.q > 100
    assert stable.p > 0.01
    assert unstable.by_environment == diagnosis.unstable_features[0].by_environment
    assert f"(I² {unstable.i_squared:.0%})" in diagnosis.reasons[0]


def test_the_gradient_that_irm_penalises_is_given_by_environment():
    diagnosis = regression(linear([1.0, 0.5, -1.0]))
    assert set(diagnosis.scale_gradient) == {"site 0", "site 1", "site 2"}
    largest = max(map(abs, diagnosis.scale_gradient.values()))
    told = f"the gradient that IRM penalises is {largest:.1f} standard errors"
    assert told in " ".join(diagnosis.reasons)


def test_a_feature_that_is_the_label_in_other_units_is_told():
    frame = linear([0.0] * 3)
    diagnosis = regression(frame.with_columns(copy=1000 - 2 * pl.col("y")))
    assert list(diagnosis.leaks) == ["copy"]
    assert "'copy' alone all but tells the label (rank association 1.000 of 1)" in " ".join(diagnosis.reasons)
    assert regression(frame).leaks == {}


def test_more_unstable_directions_than_environments_are_too_few():
    frame = linear([1.0, 0.5, -1.0])
    generator = np.random.default_rng(1)
    copies = {f"z{number}": frame["z"] + generator.normal(0, 1, frame.height) for number in range(2)}
    diagnosis = regression(frame.with_columns(**copies))
    assert diagnosis.verdict == "too few"
    assert any("3 environments against 3 unstable directions are too few" in one for one in diagnosis.reasons)


def test_a_feature_given_twice_counts_once():
    frame = linear([1.0, 0.5, -1.0])
    copies = {f"z{number}": 2.0 * frame["z"] + number for number in range(3)}
    diagnosis = regression(frame.with_columns(**copies))
    assert len(diagnosis.unstable_features) == 4
    assert diagnosis.verdict == "can teach invariance"


def test_a_label_pure_environment_is_named():
    frame = pl.DataFrame(
        {
            "x": range(6),
            "y": ["no", "no", "yes", "no", "yes", "no"],
            ENVIRONMENT: ["a", "a", "b", "b", "c", "c"],
        }
    )
    diagnosis = judge(frame, ["x"], "y", classification=True)
    assert diagnosis.verdict == "label-pure"
    assert "the same in a:" in diagnosis.reasons[0]
    assert diagnosis.environments["b"].label_counts == {"no": 1, "yes": 1}


def test_of_hold_outs_it_is_told_how_novel_they_are_and_nothing_else():
    frame = linear([0.0, 0.0, 0.0, 5.0])
    diagnosis = regression(frame, hold_out=["site 3"])
    assert diagnosis.verdict == "too alike"
    assert diagnosis.environments["site 3"].hold_out
    *others, last = diagnosis.reasons
    assert last.startswith("Of the hold-out site 3 ")
    assert list(diagnosis.novelty) == ["site 3"]
    assert [*regression(frame.filter(pl.col(ENVIRONMENT) != "site 3")).reasons] == others
    relabelled = frame.with_columns(
        y=pl.when(pl.col(ENVIRONMENT) == "site 3").then(-pl.col("y")).otherwise("y")
    )
    assert regression(relabelled, hold_out=["site 3"]).reasons == diagnosis.reasons


def test_rows_that_two_environments_share_are_told_with_their_number():
    frame = linear([1.0, 0.5, -1.0])
    copied = frame.filter(pl.col(ENVIRONMENT) == "site 0").head(30)
    frame = pl.concat([frame, copied.with_columns(pl.lit("site 2").alias(ENVIRONMENT))])
    diagnosis = regression(frame)
    ((pair, rows),) = ((one.environments, one.rows) for one in diagnosis.twins)
    assert (pair, rows) == (("site 0", "site 2"), 30)
    assert "30 rows of site 0 are also rows of site 2: the same" in " ".join(diagnosis.reasons)


def test_where_rows_repeat_anyway_it_is_said_that_copies_cannot_be_told():
    frame = linear([1.0, 0.5, -1.0]).select(ENVIRONMENT, (pl.col("x", "y", "z") > 0).cast(pl.Float64))
    diagnosis = regression(frame)
    assert diagnosis.twins == ()
    told = "cannot be told of 3 pairs of them: only 2% of the rows are distinct inside environments"
    assert told in " ".join(diagnosis.reasons)


def test_how_well_environments_can_be_told_apart_is_told():
    assert regression(linear([0.0] * 3)).told_apart.by_features == pytest.approx(0.5, abs=0.05)
    assert regression(linear([0.0] * 3, shift=3.0)).told_apart.by_features > 0.9


def test_only_hold_outs_are_too_few():
    diagnosis = regression(linear([0.0]), hold_out=["site 0"])
    assert diagnosis.verdict == "too few"
    assert "0 environments" in diagnosis.reasons[0]


def test_features_that_do_not_vary_can_teach_nothing():
    frame = linear([1.0, 0.5, -1.0]).with_columns(x=1.0, z=pl.lit(None, pl.Float64))
    diagnosis = regression(frame)
    assert (diagnosis.verdict, diagnosis.unstable_features) == ("too alike", ())


def three_classes(shares: list[list[float]], signs: list[int], rows: int = 1500) -> pl.DataFrame:
    """Classes a, b, c with these shares per environment; u is sign · (1[b] − 1[c]) + noise, v is noise."""
    generator = np.random.default_rng(0)
    codes = np.concatenate([generator.choice(3, rows, p=one) for one in shares])
    sign, site = np.repeat(signs, rows), np.repeat([f"site {number}" for number in range(len(signs))], rows)
    u, v = generator.normal(size=(2, len(codes)))
    u += sign * ((codes == 1).astype(float) - (codes == 2))
    return pl.DataFrame({"u": u, "v": v, "y": pl.Series(list("abc")).gather(codes), ENVIRONMENT: site})


def test_a_feature_that_flips_between_two_rarer_of_three_classes_is_unstable_and_the_class_is_named():
    frame = three_classes([[0.5, 0.25, 0.25]] * 4, [1, 1, -1, -1])
    diagnosis = judge(frame, ["u", "v"], "y", classification=True)
    assert diagnosis.verdict == "can teach invariance"
    (unstable,) = diagnosis.unstable_features
    assert unstable.feature == "u" and unstable.of_class in ("b", "c")
    assert f"the class '{unstable.of_class}', against the rest, on 'u'" in diagnosis.reasons[0]
    assert "even in sign" in diagnosis.reasons[0]
    assert {one.feature: one.sign_flips for one in diagnosis.slopes} == {"u": True, "v": False}
    assert diagnosis.told_apart.given_label > 0.6 > diagnosis.told_apart.by_features
    assert max(abs(one) for one in diagnosis.scale_gradient.values()) > 5


def test_classes_that_are_more_frequent_in_some_environments_are_named():
    shares = [[0.5, 0.45, 0.05]] * 2 + [[0.5, 0.05, 0.45]] * 2
    diagnosis = judge(three_classes(shares, [0] * 4), ["u", "v"], "y", classification=True)
    assert diagnosis.verdict == "too alike"
    told = "Classes are more frequent in some environments than in others: "
    assert {told + "'b', 'c'.", told + "'c', 'b'."} & {*diagnosis.reasons}


def test_three_classes_that_are_alike_everywhere_are_too_alike():
    diagnosis = judge(three_classes([[0.5, 0.25, 0.25]] * 4, [1] * 4), ["u", "v"], "y", classification=True)
    assert diagnosis.verdict == "too alike", diagnosis.reasons
    assert not any("Classes" in one for one in diagnosis.reasons)


def test_text_and_missing_values_are_features_too():
    generator = np.random.default_rng(0)
    label = generator.integers(0, 2, 1200) == 1
    agree = np.repeat([0.9, 0.8, 0.2], 400)
    colour = np.where((generator.random(1200) < agree) == label, "red", "green")
    frame = pl.DataFrame({"colour": colour, "y": label, ENVIRONMENT: np.repeat(["a", "b", "c"], 400)})
    frame = frame.with_columns(pl.when(pl.int_range(pl.len()) % 7 > 0).then("colour").alias("colour"))
    diagnosis = judge(frame, ["colour"], "y", classification=True)
    assert diagnosis.verdict == "can teach invariance"
    slopes = {one.feature: one.by_environment for one in diagnosis.unstable_features}
    assert slopes["colour = red"]["a"] > 0 > slopes["colour = red"]["c"]
    assert slopes["colour = green"] == pytest.approx(
        {key: -value for key, value in slopes["colour = red"].items()}
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 3), st.permutations(range(3)), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_names_of_environments_matter(seed, names, random):
    frame = linear([1.0, 0.5, 0.0], seed=seed)
    new = {f"site {number}": f"site {name}" for number, name in enumerate(names)}
    renamed = frame.with_columns(pl.col(ENVIRONMENT).replace(new)).sample(
        fraction=1, shuffle=True, seed=random.randrange(2**32)
    )
    one, other = regression(frame), regression(renamed)
    assert one.verdict == other.verdict
    for mine, theirs in zip(one.unstable_features, other.unstable_features, strict=True):
        assert mine.feature == theirs.feature
        assert {new[name]: slope for name, slope in mine.by_environment.items()} == pytest.approx(
            theirs.by_environment
        )
