"""Renderers of the export formats: one function `render_NAME` for each name in `FORMATS`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hipcv.report import patient_table
from hipcv.report.formats import fhir, rep_table
from hipcv.report.review import NO_CASE
from hipcv.result_schema import seal_like
from hipcv.results.document import dumps
from hipcv.results.export_source import ExportSource


def render_csv(source: ExportSource) -> bytes:
    """Return the curves of all sides as a table."""
    from hipcv.report.formats import table

    return table.angles(source.evidence()[1].motions.values()).encode()


def render_reps(source: ExportSource) -> bytes:
    """Return the table of the repetitions."""
    return rep_table.render([source.document]).encode()


def render_json(source: ExportSource) -> bytes:
    """Return the result document, with the review where there is one."""
    document = dict(source.document)
    if source.case:
        document = patient_table.with_review(document, source.case)
    return dumps(seal_like(document, document)).encode()


def render_fhir(source: ExportSource) -> bytes:
    """Return a bundle of FHIR R4 Observations."""
    source.require_measured("fhir")
    case = source.case or NO_CASE
    return dumps(fhir.observations(source.document, case=case, codes=source.codes)).encode()


def render_mot(source: ExportSource) -> bytes:
    """Return the rotation of all sides as an OpenSim motion file."""
    from hipcv.report.formats import opensim

    source.require_measured("mot")
    motions = source.evidence()[1].motions.values()
    return opensim.mot(motions, source.clip, source.document["sides"]).encode()


def render_trc(source: ExportSource) -> bytes:
    """Return the landmarks as an OpenSim marker file."""
    from hipcv.report.formats import opensim

    return opensim.trc(source.evidence()[0].track, source.clip).encode()


def render_c3d(source: ExportSource) -> bytes:
    """Return the landmarks as C3D."""
    from hipcv.report.formats import c3d

    stored, _ = source.evidence()
    with TemporaryDirectory() as folder:  # ezc3d writes to files only
        path = Path(folder) / "track.c3d"
        c3d.write(path, stored.track)
        return path.read_bytes()


def render_pdf(source: ExportSource) -> bytes:
    """Return the report as PDF."""
    from hipcv.report.pdf import report

    _, result = source.evidence()
    case = source.case or NO_CASE
    return report.render(result.trial, result.motions, case=case, stills=source.stills)


def render_html(source: ExportSource) -> bytes:
    """Return the report as one HTML page."""
    from hipcv.report import html
    from hipcv.report.charts import chart
    from hipcv.report.summary import summarise

    _, result = source.evidence()
    page = html.render(
        result.trial,
        summarise(result.trial),
        chart_svg=chart.draw(result.trial, result.motions).svg if result.motions else "",
        stills=source.stills,
        command=result.trial.provenance.command,
        case=source.case,
    )
    return page.encode()


def render_handout(source: ExportSource) -> bytes:
    """Return the hand-out for the person who was tested as one HTML page."""
    from hipcv.report import handout
    from hipcv.report.summary import summarise

    _, result = source.evidence()
    return handout.render(result.trial, summarise(result.trial), source.case or NO_CASE).encode()
