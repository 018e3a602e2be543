"""Facts for the settings page: data folder, models, protocol, audit, licences."""

from dataclasses import asdict
from typing import Final

from hipcv.core.protocol import settings
from hipcv.estimation import models
from hipcv.language import N_, _, translate
from hipcv.pipeline import METHOD
from hipcv.report import wording
from hipcv.store.models import JsonObject
from hipcv.store.verification import COMPARED, NOT_CHECKED
from hipcv.version import __version__
from hipcv.web.state import AppState

PRIVACY: Final = (
    N_("Videos, results and records stay in the data folder of this machine."),
    N_("Nothing is sent to any other computer, and these pages load nothing from the network."),
    N_("Patients are known by a pseudonym; whose it is, is not written here."),
    N_(
        "Every change is written down: who, when, what, why. The command “hipcv audit” compares "
        "the records and their files with that list."
    ),
    N_("A patient who is erased is erased with every clip and result."),
    N_("What stays is that somebody was erased, when, and by whom."),
)

LICENCES: Final = (
    ("hipcv", "Apache-2.0"),
    (N_("MediaPipe and its pose models"), "Apache-2.0"),
    ("OpenCV", "Apache-2.0"),
    ("PyAV", "BSD-3-Clause"),
    (N_("FFmpeg, in PyAV"), N_("LGPL-2.1 or later; with x264, GPL-2.0 or later")),
    ("NumPy", "BSD-3-Clause"),
    ("fpdf2", "LGPL-3.0-only"),
    ("Matplotlib", N_("Matplotlib licence (BSD style)")),
    ("FastAPI, SQLAlchemy, Alembic", "MIT"),
    ("Starlette, uvicorn, Jinja2, websockets", "BSD-3-Clause"),
    ("uPlot", "MIT"),
)


def about(state: AppState) -> JsonObject:
    """Return all facts of the settings page."""
    options = state.settings.options
    return {
        "hipcv": __version__,
        "method": METHOD,
        "data_folder": str(state.settings.folder.absolute()),
        "database": _database(state),
        "upload_bytes": state.settings.limits.upload_bytes,
        "phone": state.settings.phone.allowed,
        "model": options.model,
        "models": [
            {**asdict(check.spec), "condition": check.condition} for check in models.verify_all()
        ],
        "protocol": [
            {**asdict(translate(setting)), "value": getattr(values, setting.name)}
            for values in (options.protocol, options.limits)
            for setting in settings(type(values))
        ],
        "audit_compared": translate((*COMPARED, NOT_CHECKED)),
        "anchor": str(state.records.anchor()),
        "privacy": translate(PRIVACY),
        "disclaimer": wording.DISCLAIMER,
        "licences": [{"name": name, "licence": licence} for name, licence in translate(LICENCES)],
    }


def _database(state: AppState) -> str:
    """Return the kind of database, without host and credentials."""
    url = state.settings.database
    return url.partition(":")[0].partition("+")[0] if url else _("SQLite in the data folder")
