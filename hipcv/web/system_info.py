"""What the settings page tells: where data lies, what is used, what is allowed."""

from pathlib import Path
from typing import Final

import hipcv
from hipcv.core.protocol import settings
from hipcv.estimation import models
from hipcv.pipeline import METHOD
from hipcv.report import wording
from hipcv.store.models import JsonObject
from hipcv.web.state import Desk

PRIVACY: Final = (
    "Videos, results and records stay in the data folder of this machine.",
    "Nothing is sent to any other computer, and these pages load nothing from the network.",
    "Patients are known by a pseudonym; whose it is, is not written here.",
    "Every change is written down: who, when, what, why. That list cannot be altered unnoticed.",
    "A patient who is erased is erased with every clip and result.",
    "What stays is that somebody was erased, when, and by whom.",
)

LICENCES: Final = (
    ("hipcv", "Apache-2.0"),
    ("MediaPipe and its pose models", "Apache-2.0"),
    ("OpenCV", "Apache-2.0"),
    ("PyAV", "BSD-3-Clause"),
    ("FFmpeg, in PyAV", "LGPL-2.1 or later; with x264, GPL-2.0 or later"),
    ("NumPy, SciPy", "BSD-3-Clause"),
    ("Matplotlib", "Matplotlib licence (BSD style)"),
    ("FastAPI, SQLAlchemy, Alembic", "MIT"),
    ("Starlette, uvicorn, Jinja2, websockets", "BSD-3-Clause"),
    ("uPlot", "MIT"),
)


def about(desk: Desk) -> JsonObject:
    """Everything there is to tell."""
    protocol = desk.settings.options.protocol
    return {
        "hipcv": hipcv.__version__,
        "method": METHOD,
        "data_folder": str(desk.settings.folder.absolute()),
        "database": _database(desk),
        "upload_bytes": desk.settings.limits.upload_bytes,
        "model": desk.settings.options.model,
        "models": [_model(check) for check in models.verify_all()],
        "protocol": [
            {
                "name": known.name,
                "value": getattr(protocol, known.name),
                "default": known.default,
                "unit": known.unit,
                "low": known.low,
                "high": known.high,
                "why": known.why,
                "source": known.source,
            }
            for known in settings()
        ],
        "audit": desk.records.verify_audit(),  # sentences; empty where it is whole
        "privacy": list(PRIVACY),
        "disclaimer": wording.DISCLAIMER,
        "licences": [{"name": name, "licence": licence} for name, licence in LICENCES],
    }


def _database(desk: Desk) -> str:
    """Which kind, without anything that opens it."""
    url = desk.settings.database
    return url.partition(":")[0].partition("+")[0] if url else "SQLite in the data folder"


def _model(check: models.ModelCheck) -> JsonObject:
    return {
        "name": check.spec.name,
        "sha256": check.spec.sha256,
        "condition": check.condition,
        "file": Path(check.spec.file).name,
        "source": check.spec.source,
        "licence": check.spec.licence,
    }
