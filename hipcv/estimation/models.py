"""The pose models on this machine, each verified by its SHA-256.

Nothing is ever downloaded. A model is searched for in the folder named by `HIPCV_MODEL_DIR`, in the
installed package, in the `models` folder of a source checkout, and in the user's data folder.
"""

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import platformdirs

from hipcv.core.errors import BadRequest, ModelMissing
from hipcv.core.system_errors import reason_of
from hipcv.files import FileState, sha256_of
from hipcv.language import _

FOLDER_VARIABLE: Final = "HIPCV_MODEL_DIR"
MANIFEST: Final = "models.toml"
PACKAGE: Final = Path(__file__).parents[1]

Condition = Literal["good", "missing", "altered"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Declaration of a model in `models.toml`."""

    name: str
    file: str
    sha256: str
    size_bytes: int
    source: str
    licence: str
    estimator: str = "blazepose"  # module of `hipcv.estimation` that runs it


@dataclass(frozen=True, slots=True)
class Model:
    """A model file with the right content."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """Result of the search for one model."""

    spec: ModelSpec
    path: Path | None  # None: in no folder
    condition: Condition


def find(name: str) -> Model:
    """Return the model of a name in `models.toml`.

    Raises:
        BadRequest: there is no model of this name.
        ModelMissing: it is in no folder, cannot be read, or has another content.
    """
    check = verify(spec(name))
    if check.path is None or check.condition != "good":
        raise ModelMissing(explain(check))
    return Model(check.path, check.spec.sha256)


def spec(name: str) -> ModelSpec:
    """Return the declaration of a model.

    Raises:
        BadRequest: there is no model of this name.
    """
    specs = {row.name: row for row in model_specs()}
    if name not in specs:
        raise BadRequest(
            _("{name}: no such model. Choose one of {specs}.").format(
                name=name, specs=", ".join(specs)
            )
        )
    return specs[name]


def names() -> tuple[str, ...]:
    """Return the names of all declared models; the default's alone where the list is missing."""
    try:
        return tuple(row.name for row in model_specs())
    except ModelMissing:
        return ("full",)


def explain(check: ModelCheck) -> str:
    """Return the fault of a model with its remedy; an empty text if it is good."""
    if check.condition == "missing":
        return _(
            "{file}: the {name} model is not on this machine. Put the file into "
            "{user_folder}, or set {folder_variable} to the folder that holds it."
        ).format(
            file=check.spec.file,
            name=check.spec.name,
            user_folder=user_folder(),
            folder_variable=FOLDER_VARIABLE,
        )
    if check.condition == "altered":
        return _(
            "{path}: this is not the {name} model that hipcv was tested with (wrong "
            "SHA-256). Replace it with the original file, or install hipcv again."
        ).format(path=check.path, name=check.spec.name)
    return ""


def verify(spec: ModelSpec) -> ModelCheck:
    """Search for one model and compare its content with the declaration."""
    path = next((f / spec.file for f in folders() if (f / spec.file).is_file()), None)
    if path is None:
        return ModelCheck(spec, None, "missing")
    try:
        good = _sha256_of_state(path, FileState.of(path)) == spec.sha256
    except OSError as fault:
        raise ModelMissing(
            _(
                "{path}: the model cannot be read ({strerror}). Check the file's permissions."
            ).format(path=path, strerror=reason_of(fault))
        ) from fault
    return ModelCheck(spec, path, "good" if good else "altered")


def verify_all() -> tuple[ModelCheck, ...]:
    """Verify every declared model."""
    return tuple(verify(row) for row in model_specs())


def folders() -> tuple[Path, ...]:
    """Return the folders that are searched; the first match counts."""
    named = os.environ.get(FOLDER_VARIABLE)
    return (
        *([Path(named)] if named else []),
        PACKAGE / "data" / "models",
        PACKAGE.parent / "models",
        user_folder(),
    )


def user_folder() -> Path:
    """Return the folder for models that users add, in the system's place for application data."""
    return platformdirs.user_data_path("hipcv", appauthor=False) / "models"


def model_specs() -> tuple[ModelSpec, ...]:
    """Return every model that `models.toml` declares.

    Raises:
        ModelMissing: there is no `models.toml`, or it cannot be read.
    """
    for folder in (PACKAGE / "data" / "models", PACKAGE.parent / "models"):
        if (folder / MANIFEST).is_file():
            return _read_manifest(folder / MANIFEST)
    raise ModelMissing(
        _("{manifest}: the list of models is missing. Install hipcv again.").format(
            manifest=MANIFEST
        )
    )


@lru_cache
def _read_manifest(path: Path) -> tuple[ModelSpec, ...]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
        return tuple(ModelSpec(**entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelMissing(
            _(
                "{manifest}: the list of models cannot be read ({error}). Install hipcv again."
            ).format(manifest=path, error=error)
        ) from error


@lru_cache
def _sha256_of_state(path: Path, state: FileState) -> str:  # noqa: ARG001 - the key
    return sha256_of(path)
