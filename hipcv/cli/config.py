"""`hipcv.toml`: settings of a folder, between the command's flags and hipcv's own defaults."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from hipcv import language
from hipcv.batch import filename_pattern
from hipcv.core.errors import BadRequest
from hipcv.core.limits import LIMIT_NAMES, ClipLimits
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.estimation import models
from hipcv.language import _
from hipcv.report.formats.fhir_codes import Codes, Coding

FILE_NAME: Final = "hipcv.toml"
TABLES: Final = ("protocol", "analyze", "batch", "export", "person", "limits", "review")
LANGUAGE: Final = "lang"
SYSTEM: Final = "patient_system"
"""Setting of `[export.fhir]`: the system of the pseudonyms."""

CLIP_NAMES: Final = "clip_names"
"""Setting of `[export]`: whether exports of the desk hold the names of uploads."""

STARTS: Final = ("fork", "spawn")
"""Ways in which a batch starts its processes; `spawn` gives each several clips in turn."""

MAX_LOCK_AFTER_MIN: Final = 1440
MAX_WORKERS: Final = 64
MAX_PORT: Final = 65535

_NOT_TOML: Final = (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError)

MODELS: Final = models.names()

if TYPE_CHECKING:
    ModelName = str
else:
    ModelName = Literal[MODELS]


@dataclass(frozen=True, slots=True)
class _Table:
    """Settings that may also be given as flags of a command."""

    def override(self, **flags: Any) -> Self:  # noqa: ANN401 - a flag for any of these settings
        """Return the settings with flags in their place; a flag of None was not given."""
        return replace(self, **{name: flag for name, flag in flags.items() if flag is not None})


@dataclass(frozen=True, slots=True)
class Run(_Table):
    """Defaults of the analysis where no flag is given; the table `[analyze]`."""

    model: ModelName = "full"
    overlay: bool = True
    blur_face: bool = False
    external: bool = False  # external rotation is asked for as well
    out: str = "hipcv-results"  # each clip gets a folder in it

    def __post_init__(self) -> None:
        for setting in fields(self):
            _refuse_other_type(setting.name, getattr(self, setting.name), type(setting.default))
        if self.model not in MODELS:
            raise BadRequest(
                _("model: {model!r} is none of {models}.").format(
                    model=self.model, models=", ".join(MODELS)
                )
            )


@dataclass(frozen=True, slots=True)
class Batch:
    """Settings of `hipcv batch`; the table `[batch]`."""

    pattern: str = filename_pattern.PATTERN  # named groups: patient, visit, side
    start: str = ""  # how processes are started: fork, spawn; "": by the system

    def __post_init__(self) -> None:
        if self.start not in {"", *STARTS}:
            text = _("start: expected one of {known}, got {value!r}.")
            raise BadRequest(text.format(known=", ".join(STARTS), value=self.start))
        if not isinstance(self.pattern, str):
            raise BadRequest(
                _("pattern: expected a text, got {pattern!r}.").format(pattern=self.pattern)
            )
        filename_pattern.compile_pattern(self.pattern)


@dataclass(frozen=True, slots=True)
class Review(_Table):
    """Settings of `hipcv review`; the table `[review]`."""

    lock_after_min: float = 15.0  # minutes without use; 0: never
    workers: int = 0  # clips that are analysed at once; 0: by the cores
    phone: bool = False  # clips may come from a phone in the local network
    phone_port: int = 0  # at which a phone reaches this machine; 0: any free one

    def __post_init__(self) -> None:
        _refuse_other_type("phone", self.phone, bool)
        if type(self.phone_port) is not int or not 0 <= self.phone_port <= MAX_PORT:
            text = _("phone_port: expected a number from 0 to {most}, got {value!r}.")
            raise BadRequest(text.format(most=MAX_PORT, value=self.phone_port))
        if type(self.workers) is not int or not 0 <= self.workers <= MAX_WORKERS:
            text = _("workers: expected a number from 0 to {most}, got {value!r}.")
            raise BadRequest(text.format(most=MAX_WORKERS, value=self.workers))
        value = self.lock_after_min
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (number and 0 <= value <= MAX_LOCK_AFTER_MIN):
            text = _("lock_after_min: expected minutes from 0 to {most}, got {value!r}.")
            raise BadRequest(text.format(most=MAX_LOCK_AFTER_MIN, value=value))


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a folder's `hipcv.toml`, with defaults for what it does not set."""

    run: Run
    protocol: Mapping[str, float]
    batch: Batch = field(default_factory=Batch)
    codes: Codes = field(default_factory=Codes)  # of `hipcv export --to fhir`
    review: Review = field(default_factory=Review)
    person: Person = field(default_factory=Person)  # of every clip of the folder
    limits: Mapping[str, float] = field(default_factory=dict)  # what a clip may be at most
    clip_names: bool = False  # in exports of the desk

    def options(
        self,
        assignments: Iterable[str] | None = None,
        *,
        model: str | None = None,
        overlay: bool | None = None,
        blur_face: bool | None = None,
        external: bool | None = None,
        person: Person | None = None,
    ) -> AnalysisOptions:
        """Return the options of an analysis: defaults, then the file, then flags.

        Raises:
            BadRequest: an assignment is not `name=number`, or a value is refused.
        """
        values = parse_assignments(assignments or ())
        limits = {name: values.pop(name) for name in LIMIT_NAMES & values.keys()}
        run = self.run.override(
            model=model, overlay=overlay, blur_face=blur_face, external=external
        )
        return AnalysisOptions(
            model=run.model,
            protocol=MeasurementProtocol.from_values({**self.protocol, **values}),
            overlay=run.overlay,
            blur_face=run.blur_face,
            external=run.external,
            person=self.person.override(person or Person()),
            limits=ClipLimits.from_values({**self.limits, **limits}),
        )


def load(folder: Path) -> Config:
    """Read the settings of a folder.

    Raises:
        BadRequest: the file cannot be read, or has an unknown or invalid setting.
    """
    try:
        tables = _tables(folder)
    except _NOT_TOML as error:
        raise BadRequest(
            _("{file}: not a valid TOML file ({error}).").format(file=FILE_NAME, error=error)
        ) from error
    try:
        return _config(tables)
    except BadRequest as error:
        raise BadRequest(f"{FILE_NAME}: {error}") from error


def language_of(folder: Path) -> str | None:
    """Return the language that a folder's settings choose, or None.

    A file that is not TOML chooses none: `load` refuses it where its settings are needed.

    Raises:
        BadRequest: the language is unknown.
    """
    try:
        tables = _tables(folder)
    except _NOT_TOML:
        return None
    if LANGUAGE not in tables:
        return None
    return language_code(f"{FILE_NAME}: {LANGUAGE}", tables[LANGUAGE])


def language_code(setting: str, tag: object) -> str:
    """Return the code of the language that a setting names.

    Raises:
        BadRequest: there is no such language.
    """
    code = language.code_of(str(tag))
    if code is None:
        known = ", ".join(language.NAMES)
        raise BadRequest(
            _("{setting} {tag}: no such language. Known: {known}.").format(
                setting=setting, tag=tag, known=known
            )
        )
    return code


def _tables(folder: Path) -> dict[str, Any]:
    """Return the tables of a folder's settings; none without a file."""
    path = folder / FILE_NAME
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _config(tables: Mapping[str, Any]) -> Config:
    _refuse_unknown(tables, [LANGUAGE, *TABLES], _("table"))
    if LANGUAGE in tables:
        language_code(LANGUAGE, tables[LANGUAGE])
    protocol, run, batch, export, person, limits, review = (_table(tables, name) for name in TABLES)
    _refuse_unknown(run, _names(Run), _("{table} setting").format(table="[analyze]"))
    _refuse_unknown(batch, _names(Batch), _("{table} setting").format(table="[batch]"))
    _refuse_unknown(review, _names(Review), _("{table} setting").format(table="[review]"))
    MeasurementProtocol.from_values(protocol)  # refuses unknown settings
    ClipLimits.from_values(limits)
    return Config(
        run=Run(**run),
        protocol=protocol,
        batch=Batch(**batch),
        codes=_codes(export),
        review=Review(**review),
        person=_person(person),
        limits=limits,
        clip_names=_clip_names(export),
    )


def _clip_names(export: Mapping[str, Any]) -> bool:
    value: bool = export.get(CLIP_NAMES, False)
    _refuse_other_type(CLIP_NAMES, value, bool)
    return value


def _person(table: Mapping[str, Any]) -> Person:
    """Return the table `[person]`: age in years and sex, both optional."""
    _refuse_unknown(table, ["age", "sex"], _("{table} setting").format(table="[person]"))
    return Person(age_years=table.get("age"), sex=table.get("sex"))


def _codes(export: Mapping[str, Any]) -> Codes:
    """Return the table `[export.fhir.codes]`: for each meaning a list of codes, [] for none."""
    _refuse_unknown(export, ["fhir", CLIP_NAMES], _("{table} setting").format(table="[export]"))
    fhir = _table(export, "fhir")
    _refuse_unknown(fhir, ["codes", SYSTEM], _("{table} table").format(table="[export.fhir]"))
    codes = _table(fhir, "codes")
    meanings = [name for name in _names(Codes) if name != SYSTEM]
    _refuse_unknown(codes, meanings, _("{table} setting").format(table="[export.fhir.codes]"))
    given: dict[str, Any] = {name: _codings(name, entries) for name, entries in codes.items()}
    return Codes(**given | ({SYSTEM: _system(fhir)} if SYSTEM in fhir else {}))


def _system(fhir: Mapping[str, Any]) -> str:
    """Return the system of the pseudonyms, which must be an address."""
    system = fhir[SYSTEM]
    if not (isinstance(system, str) and ":" in system):
        raise BadRequest(
            _(
                "{name}: expected the address of your own numbering, such as "
                "urn:oid:2.999.1 or https://clinic.example/patients."
            ).format(name=SYSTEM)
        )
    return system


def _codings(name: str, entries: object) -> tuple[Coding, ...]:
    return tuple(_coding(name, e) for e in (entries if isinstance(entries, list) else [entries]))


def _coding(name: str, entry: object) -> Coding:
    """Return one code; its system must be an address, so that `LOINC` alone is refused."""
    parts = entry if isinstance(entry, Mapping) else {}
    texts = all(isinstance(part, str) and part for part in parts.values())
    complete = {"system", "code"} <= parts.keys() <= set(_names(Coding))
    if not (texts and complete and ":" in parts["system"]):
        raise BadRequest(
            _(
                '{name}: expected codes such as {{ system = "http://snomed.info/sct", '
                'code = "…", display = "…" }}.'
            ).format(name=name)
        )
    return Coding(**parts)


def _names(dataclass_type: type[Run | Batch | Review | Codes | Coding]) -> list[str]:
    return [setting.name for setting in fields(dataclass_type)]


def _table(tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, Mapping):
        raise BadRequest(_("{name}: expected a table, [{name}].").format(name=name))
    return table


def _refuse_other_type(name: str, value: object, wanted: type[Any]) -> None:
    if not isinstance(value, wanted):
        expected = _("true or false") if wanted is bool else _("a text")
        text = _("{name}: expected {expected}, got {value!r}.")
        raise BadRequest(text.format(name=name, expected=expected, value=value))


def _refuse_unknown(names: Iterable[str], allowed: Iterable[str], kind: str) -> None:
    for name in names:
        if name not in allowed:
            raise BadRequest(
                _("{name}: no such {kind}. Known: {allowed}.").format(
                    name=name, kind=kind, allowed=", ".join(allowed)
                )
            )


def parse_assignments(assignments: Iterable[str]) -> dict[str, float]:
    """Return the settings of `--set name=number`, by name; the last of a name holds.

    Raises:
        BadRequest: a text is not `name=number`.
    """
    return dict(map(_assignment, assignments))


def _assignment(text: str) -> tuple[str, float]:
    name, _equals, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise BadRequest(
            _("--set {text}: expected name=number, such as target_deg=40.").format(text=text)
        ) from None
