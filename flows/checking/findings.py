"""What a check finds: the stages of a retraining up to its diagnosis, in a folder that goes again."""

from dataclasses import dataclass
from pathlib import Path

from flows import console, workspace
from flows.credentials import credentials
from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT
from irm_core.contracts.read import read
from irm_core.contracts.splits import ColumnSplit
from irm_core.contracts.splits.inferred import CAVEAT
from irm_core.data.changes import Changes, changes, place
from irm_core.data.folds import too_few
from irm_core.data.ingestion import Ingested, ingest
from irm_core.data.quarantine import is_good
from irm_core.data.rehearsal import Rehearsal, rehearse
from irm_core.data.rows import rows_of
from irm_core.data.schema import ModelSchema
from irm_core.data.spellings import alike, told
from irm_core.data.staging import staging
from irm_core.diagnostics.diagnosis import Diagnosis, EnvironmentSummary
from irm_core.errors import DataError, UsageError
from irm_core.validation.validate import validate
from irm_core.validation.verdict import RuleResult, Verdict


@dataclass(frozen=True)
class Findings:
    """environments: rows and labels of each, fit or not. diagnosis: None where not all of them are fit.

    changes: of the raw files, since the last published version.
    alike: environments of the data, small ones too, that only case or blanks tell apart.
    """

    contract: Contract
    split: str
    raw: Ingested
    verdict: Verdict
    rehearsal: Rehearsal
    environments: dict[str, EnvironmentSummary]
    diagnosis: Diagnosis | None
    changes: Changes
    alike: tuple[tuple[str, ...], ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """All that keeps a retraining from going on, in sentences."""
        return (*self._of_data, *([self.too_few] if self.too_few else []))

    @property
    def _of_data(self) -> tuple[str, ...]:
        return (*map(_broken, self.verdict.stopping), *self.rehearsal.problems)

    @property
    def too_few(self) -> str | None:
        """Why no environment can be left out; None where one can, or it is not known which there are."""
        return too_few(self.rehearsal.version) if self.rehearsal.version else None

    @property
    def caveats(self) -> tuple[str, ...]:
        """What one must know of this split."""
        inferred = (CAVEAT,) if self.contract.splits[self.split].infers else ()
        return (*inferred, *told(self.alike))

    def refuse(self) -> None:
        """Raise DataError where the data have problems, UsageError where only the split has one."""
        if self.problems:
            told = "\n".join(f"  {one}" for one in self.problems)
            kind = DataError if self._of_data else UsageError
            raise kind(f"`irmflow run {self.contract.path}` would stop:\n{told}")


def find(path: Path, split_name: str | None, server: str | None = None) -> Findings:
    """Validate and diagnose the data of the contract at `path`; the split is the first if None is named."""
    contract = read(path, server)
    split = contract.chosen_split(split_name)
    with console.err.status("Checking …"), staging(workspace.HOME / "checks") as folder:
        raw = ingest(contract, folder / "rows", split_name=split, credentials=credentials(contract.source))
        with raw.damage_named():
            verdict = validate(raw.flagged, contract, refused=raw.refused, columns=raw.columns)
        rehearsal = rehearse(raw, contract, split, folder / "version")
        diagnosis = _diagnosis(rehearsal, contract)
        spelt = _alike(raw, contract, split)
    return Findings(
        contract=contract,
        split=split,
        raw=raw,
        changes=changes(raw.raw_files, place(workspace.DATA, contract.name, split)),
        verdict=verdict,
        rehearsal=rehearsal,
        environments=diagnosis.environments if diagnosis else _environments(rehearsal, contract, split),
        diagnosis=diagnosis,
        alike=spelt,
    )


def _alike(raw: Ingested, contract: Contract, split_name: str) -> tuple[tuple[str, ...], ...]:
    """Of environments that are values of columns: others are called as the contract says."""
    split = contract.splits[split_name]
    if not isinstance(split, ColumnSplit):
        return ()
    good = raw.flagged.filter(is_good())
    names = good.select(split.environment(good).alias(ENVIRONMENT)).unique().drop_nulls()
    return tuple(alike(names.collect(engine="streaming")[ENVIRONMENT]))


def _diagnosis(rehearsal: Rehearsal, contract: Contract) -> Diagnosis | None:
    from irm_core.diagnostics.diagnose import diagnose  # scipy takes half a second

    if rehearsal.good is None or rehearsal.version is None:
        return None
    schema = ModelSchema.of(contract)
    return diagnose(rows_of(rehearsal.good, schema), schema, rehearsal.version)


def _environments(rehearsal: Rehearsal, contract: Contract, split: str) -> dict[str, EnvironmentSummary]:
    from irm_core.diagnostics.labels import summaries

    if rehearsal.good is None:
        return {}
    return summaries(
        rehearsal.good.drop_nulls(ENVIRONMENT),
        contract.label.name,
        contract.task == "classification",
        contract.splits[split].hold_out,
    )


def _broken(result: RuleResult) -> str:
    return f"The rule {result.rule} is broken, which no quarantine mends: {result.found}."
