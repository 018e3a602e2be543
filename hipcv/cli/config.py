"""`hipcv.toml`: settings of a folder, between the command's flags and hipcv's own defaults."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from hipcv.batch import filename_pattern
from hipcv.core.errors import BadRequest
from hipcv.core.protocol import MeasurementProtocol
from hipcv.estimation import models
from hipcv.report.formats.fhir import Codes, Coding

FILE_NAME: Final = "hipcv.toml"
TABLES: Final = ("protocol", "analyze", "batch", "export")

MODELS: Final = models.names()

if TYPE_CHECKING:
    ModelName = str
else:
    ModelName = Literal[MODELS]


@dataclass(frozen=True, slots=True)
class Run:
    """How clips are analysed where no flag says otherwise; the table `[analyze]`."""

    model: ModelName = "full"
    overlay: bool = True
    blur_face: bool = False
    out: str = "hipcv-results"  # each clip gets a folder in it

    def __post_init__(self) -> None:
        for known in fields(self):
            value = getattr(self, known.name)
            if not isinstance(value, type(known.default)):
                expected = "true or false" if isinstance(known.default, bool) else "a text"
                raise BadRequest(f"{known.name}: expected {expected}, got {value!r}.")
        if self.model not in MODELS:
            raise BadRequest(f"model: {self.model!r} is none of {', '.join(MODELS)}.")

    def under(self, **flags: Any) -> Self:  # noqa: ANN401 - a flag for any of these settings
        """The same, with what the command's flags say in its place; None: not said."""
        return replace(self, **{name: said for name, said in flags.items() if said is not None})


@dataclass(frozen=True, slots=True)
class Batch:
    """How a folder's clips are told apart; the table `[batch]`."""

    pattern: str = filename_pattern.PATTERN  # named groups: patient, visit, side

    def __post_init__(self) -> None:
        if not isinstance(self.pattern, str):
            raise BadRequest(f"pattern: expected a text, got {self.pattern!r}.")
        filename_pattern.compile_pattern(self.pattern)


@dataclass(frozen=True, slots=True)
class Config:
    """What the folder's `hipcv.toml` says; defaults where it is silent or absent."""

    run: Run
    protocol: Mapping[str, float]
    batch: Batch = field(default_factory=Batch)
    codes: Codes = field(default_factory=Codes)  # of `hipcv export --to fhir`


def load(folder: Path) -> Config:
    """Read the settings of a folder.

    Raises:
        BadRequest: the file cannot be read, or holds something hipcv does not know.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return Config(Run(), {})
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadRequest(f"{FILE_NAME}: not a valid TOML file ({fault}).") from fault
    try:
        return _config(tables)
    except BadRequest as told:
        raise BadRequest(f"{FILE_NAME}: {told}") from told


def protocol_of(config: Config, assignments: Iterable[str]) -> MeasurementProtocol:
    """The protocol: hipcv's defaults, then the file's values, then `--set name=value`.

    Raises:
        BadRequest: an assignment is not `name=number`, or the protocol refuses it.
    """
    return MeasurementProtocol.from_values(
        {**config.protocol, **dict(map(_assignment, assignments))}
    )


def _config(tables: Mapping[str, Any]) -> Config:
    _refuse_unknown(tables, TABLES, "table")
    protocol, run, batch, export = (_table(tables, name) for name in TABLES)
    _refuse_unknown(run, [known.name for known in fields(Run)], "[analyze] setting")
    _refuse_unknown(batch, [known.name for known in fields(Batch)], "[batch] setting")
    MeasurementProtocol.from_values(protocol)  # refuses what it does not know
    return Config(Run(**run), protocol, Batch(**batch), _codes(export))


def _codes(export: Mapping[str, Any]) -> Codes:
    """The table `[export.fhir.codes]`: for each meaning a list of codes, [] for none."""
    _refuse_unknown(export, ["fhir"], "[export] table")
    fhir = _table(export, "fhir")
    _refuse_unknown(fhir, ["codes"], "[export.fhir] table")
    told = _table(fhir, "codes")
    _refuse_unknown(told, [known.name for known in fields(Codes)], "[export.fhir.codes] setting")
    return Codes(**{name: _codings(name, listed) for name, listed in told.items()})


def _codings(name: str, listed: object) -> tuple[Coding, ...]:
    codings = listed if isinstance(listed, list) else [listed]
    return tuple(_coding(name, coding) for coding in codings)


def _coding(name: str, coding: object) -> Coding:
    """One code; its system is an address, so that `LOINC` alone is refused."""
    known = [part.name for part in fields(Coding)]
    told = coding if isinstance(coding, Mapping) else {}
    texts = all(isinstance(part, str) and part for part in told.values())
    if not (texts and {"system", "code"} <= told.keys() <= set(known) and ":" in told["system"]):
        raise BadRequest(
            f"{name}: expected codes such as "
            '{ system = "http://snomed.info/sct", code = "…", display = "…" }.'
        )
    return Coding(**told)


def _table(tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, Mapping):
        raise BadRequest(f"{name}: expected a table, [{name}].")
    return table


def _refuse_unknown(names: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise BadRequest(f"{name}: no such {what}. Known: {', '.join(known)}.")


def _assignment(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise BadRequest(f"--set {text}: expected name=number, such as target_deg=40.") from None
