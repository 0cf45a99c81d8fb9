"""The diagnosis of a version: can its environments teach invariance?"""

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.images import digest
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.diagnostics.diagnosis import Diagnosis
from irm_core.diagnostics.numeric import channel_means
from irm_core.diagnostics.verdict import judge


def diagnose(rows: Rows, schema: ModelSchema, version: Version) -> Diagnosis:
    """Judge the training environments of a version by its features, or by the channel means of its images."""
    names = [column.name for column in schema.features]
    content = [*names, schema.label.name] if schema.image is None else [digest(schema.image)]
    frame = rows.frame.select(ENVIRONMENT, *dict.fromkeys([schema.label.name, *names, *content]))
    if rows.pixels is not None:
        means = channel_means(rows.pixels)
        frame, names = frame.hstack(means), means.columns
    return judge(
        frame,
        names,
        schema.label.name,
        classification=schema.task == "classification",
        hold_out=version.hold_out,
        content=content,
    )
