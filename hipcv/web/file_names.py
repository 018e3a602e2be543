"""Patient, day and side of a clip, read from the name of its file as a batch reads them."""

from contextlib import suppress
from datetime import date

from hipcv.batch.filename_pattern import NameFields, compile_pattern, parse_name
from hipcv.store.models import JsonObject
from hipcv.web.state import AppState


def read_name(state: AppState, name: str) -> JsonObject:
    """Return what a file's name says; None for what it does not.

    `patient` is as the records have it; `unknown` is a pseudonym that they do not have. A name
    with neither a patient of the records nor a day fits the pattern by chance, as
    knee_bent_left.mp4 does.
    """
    fields = parse_name(name, compile_pattern(state.settings.pattern))
    patient = state.records.patient_named(fields.patient) if fields.patient else None
    on = None
    with suppress(ValueError):
        on = date.fromisoformat(fields.visit).isoformat()
    if patient is None and on is None:
        fields = NameFields()
    return {
        "patient": patient and patient.pseudonym,
        "unknown": (fields.patient or None) if patient is None else None,
        "on": on,
        "side": fields.side and fields.side.value,
    }
