"""What can be trained: one file per objective, one line here."""

from irm_core.objectives import erm, irm, vrex
from irm_core.objectives.law import Objective

OBJECTIVES: dict[str, Objective] = {
    one.name: one for one in (erm.objective(), irm.objective(), vrex.objective())
}
