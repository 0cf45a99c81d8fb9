"""What is wrong with a contract: sentences with their places, gathered so that all are told at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from irm_core.contracts.yaml_lines import Document, Place
from irm_core.errors import ContractError


class Problem(Exception):  # noqa: N818 (a finding about somebody's file, not an error of ours)
    """One thing that is wrong, at one place of the contract."""

    def __init__(self, place: Place, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place
        self.sentence = sentence


class UnknownKey(Problem):
    """A key too many, which does not keep the rest from being read."""


@dataclass
class Problems:
    """The problems found so far in one contract."""

    document: Document
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, sentence: str) -> None:
        self.found.append(Problem(place, sentence))

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Keep a Problem raised inside, and go on after the block."""
        try:
            yield
        except Problem as problem:
            self.found.append(problem)

    def error(self) -> ContractError:
        """One error that tells every problem, by line."""
        told = {(self.document.line(one.place), one.sentence) for one in self.found}
        return ContractError("\n".join(at(self.document.path, *one) for one in sorted(told)))


def at(path: Path, line: int, sentence: str) -> str:
    """The one form in which a contract's problems are told."""
    return f"{path}:{line}: {sentence}"


def unknown(kind: str, name: object, known: list[str] | tuple[str, ...]) -> str:
    """A sentence about a name that is not among the known ones, with the nearest of them."""
    near = get_close_matches(str(name), known, n=1)
    if near:
        return f"unknown {kind} {name!r}; did you mean {near[0]!r}?"
    return f"unknown {kind} {name!r}; known: {', '.join(known) or 'none'}."
