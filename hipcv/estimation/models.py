"""Finds the pose models on this machine, and uses none that is not the file it should be.

Nothing is ever downloaded. A model is looked for in the folder named by `HIPCV_MODEL_DIR`, in the
installed package, in the `models` folder of a source checkout, and in the user's data folder.
"""

import hashlib
import os
import sys
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import hipcv
from hipcv.core.errors import BadRequest, ModelMissing

FOLDER_VARIABLE: Final = "HIPCV_MODEL_DIR"
MANIFEST: Final = "models.toml"
PACKAGE: Final = Path(hipcv.__file__).parent

Condition = Literal["good", "missing", "altered"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model as `models.toml` declares it."""

    name: str
    file: str
    sha256: str
    size_bytes: int
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is on this machine, checked."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What became of looking for one model."""

    spec: ModelSpec
    path: Path | None  # None: nowhere to be found
    condition: Condition


def find(name: str) -> Model:
    """The model of this name.

    Args:
        name: `lite`, `full` or `heavy`.

    Raises:
        BadRequest: there is no model of this name.
        ModelMissing: it is nowhere, cannot be read, or is not the file it should be.
    """
    check = verify(_declared(name))
    if check.path is None or check.condition != "good":
        raise ModelMissing(explain(check))
    return Model(check.path, check.spec.sha256)


def explain(check: ModelCheck) -> str:
    """What is wrong with a model and what to do; empty where it is good."""
    if check.condition == "missing":
        return (
            f"{check.spec.file}: the {check.spec.name} model is not on this machine. Put the "
            f"file into {user_folder()}, or set {FOLDER_VARIABLE} to the folder that holds it."
        )
    if check.condition == "altered":
        return (
            f"{check.path}: this is not the {check.spec.name} model that hipcv was tested with "
            "(wrong SHA-256). Replace it with the original file, or install hipcv again."
        )
    return ""


def verify(spec: ModelSpec) -> ModelCheck:
    """Look for one model and compare it with its declaration."""
    path = next((f / spec.file for f in folders() if (f / spec.file).is_file()), None)
    if path is None:
        return ModelCheck(spec, None, "missing")
    good = _sha256(path) == spec.sha256
    return ModelCheck(spec, path, "good" if good else "altered")


def verify_all() -> tuple[ModelCheck, ...]:
    """Every known model, looked for and compared."""
    return tuple(verify(spec) for spec in model_specs())


def folders() -> tuple[Path, ...]:
    """Where models are looked for, first match wins."""
    named = os.environ.get(FOLDER_VARIABLE)
    return (
        *([Path(named)] if named else []),
        PACKAGE / "data" / "models",
        PACKAGE.parent / "models",
        user_folder(),
    )


def user_folder() -> Path:
    """Where this system keeps a user's data, for models added by hand."""
    home = Path.home()
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "hipcv" / "models"


def model_specs() -> tuple[ModelSpec, ...]:
    """Every model that `models.toml` declares.

    Raises:
        ModelMissing: the declaration itself is not there.
    """
    for folder in (PACKAGE / "data" / "models", PACKAGE.parent / "models"):
        if (folder / MANIFEST).is_file():
            return _read_manifest(folder / MANIFEST)
    raise ModelMissing(f"{MANIFEST}: the list of models is missing. Install hipcv again.")


@lru_cache
def _read_manifest(path: Path) -> tuple[ModelSpec, ...]:
    declared = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
    return tuple(ModelSpec(**entry) for entry in declared)


def _declared(name: str) -> ModelSpec:
    specs = {model.name: model for model in model_specs()}
    if name not in specs:
        raise BadRequest(f"{name}: no such model. Choose one of {', '.join(specs)}.")
    return specs[name]


def _sha256(path: Path) -> str:
    try:
        state = path.stat()
        return _sha256_of_state(path, state.st_size, state.st_mtime_ns)
    except OSError as fault:
        raise ModelMissing(
            f"{path}: the model cannot be read ({fault.strerror}). Check the file's permissions."
        ) from fault


@lru_cache
def _sha256_of_state(path: Path, size_bytes: int, mtime_ns: int) -> str:  # noqa: ARG001 - the key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
