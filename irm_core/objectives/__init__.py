"""What can be trained: one file per objective, one line here."""

from irm_core.objectives import (
    coral,
    eqrm,
    erm,
    fishr,
    group_dro,
    ib_erm,
    ib_irm,
    iga,
    irm,
    irmx,
    spectral_decoupling,
    vrex,
)
from irm_core.objectives.irm import Dummies, Estimator
from irm_core.objectives.law import Objective


def objectives(dummies: Dummies = "scale", estimator: Estimator = "square") -> dict[str, Objective]:
    """Every objective, by name. dummies, estimator: of IRMv1's penalty, in irm, irmx and ib_irm."""
    every = (
        erm.objective(),
        irm.objective(dummies, estimator),
        vrex.objective(),
        irmx.objective(dummies, estimator),
        group_dro.objective(),
        iga.objective(),
        fishr.objective(),
        coral.objective(),
        ib_erm.objective(),
        ib_irm.objective(dummies, estimator),
        eqrm.objective(),
        spectral_decoupling.objective(),
    )
    return {one.name: one for one in every}


OBJECTIVES = objectives()
