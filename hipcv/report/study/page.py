"""Report of a study as one HTML page, which prints on one sheet of A4 or two."""

import base64
from collections.abc import Mapping, Sequence

from hipcv.report.pages import environment
from hipcv.report.study.figures import Plot
from hipcv.report.study.summary import StudySummary, columns


def render(summary: StudySummary, plots: Sequence[Plot], provenance: Mapping[str, str]) -> str:
    """Return the page; provenance is a title and a text for each part."""
    return environment().get_template("study.html.jinja").render(
        summary=summary,
        columns=columns(),
        plots=[(plot, _data_uri(plot.svg)) for plot in plots],
        provenance=provenance,
    )  # fmt: skip


def _data_uri(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"
