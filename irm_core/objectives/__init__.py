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
from irm_core.objectives.law import Objective

OBJECTIVES: dict[str, Objective] = {
    one.name: one
    for one in (
        erm.objective(),
        irm.objective(),
        vrex.objective(),
        irmx.objective(),
        group_dro.objective(),
        iga.objective(),
        fishr.objective(),
        coral.objective(),
        ib_erm.objective(),
        ib_irm.objective(),
        eqrm.objective(),
        spectral_decoupling.objective(),
    )
}
