"""Page on how to place the camera, with drawings, and every refusal with its picture and remedy.

    python -m scripts.camera_page

Writes docs/camera.md and docs/images/camera_*.svg; a test keeps them current.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hipcv.core.issues import REFUSALS
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.wording import ISSUES, set_up_steps
from scripts.picture_metadata import with_description

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
INK, PALE, LEG, WRONG, SEAT = "#44576a", "#c3ccd5", "#00639c", "#c2410c", "#dfe4e9"

SIZE: Final = 160, 120
"""Width and height of the picture of a refusal."""

HEAD_TEXT: Final = """# Set up the camera

<!-- Written by python -m scripts.camera_page; a test keeps it current. -->

{steps}

![From the side: the camera at knee height, two metres or more away](images/camera_side.svg)
![From above: the camera straight in front of the thigh](images/camera_above.svg)
![What the camera should see](images/camera_seen.svg)

- **Knee height**: from above or below, the swing of the foot looks smaller or larger than it is.
- **Two metres or more**: nearer, the picture widens towards its edges, and the foot may leave it.
- **End-on to the thigh**: the thigh points at the camera. A turn of more than {oblique} degrees is
  warned about; the angle is corrected for what the picture shows of it.
- **Still**: a tripod, a shelf or a stack of books, not a hand.
- **Light** from the front, even; shorts or close trousers; nobody else in the picture.
- At least 30 pictures a second, 720 lines; no zoom, no filter, no background blur.

## When a clip is refused

No number is better than a wrong one. A clip is refused with one of these reasons, and says what to
do.

| | reason | what to do |
|---|---|---|
{rows}
"""


def line(points: str, colour: str = INK, width: float = 7) -> str:
    """Return a line through points, such as "0,0 10,10"."""
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def shank(knee_x: float, turn_deg: float, colour: str) -> str:
    """Return a shank and its foot, turned in the picture; positive is clockwise."""
    return (
        f'<g transform="rotate({turn_deg:g} {knee_x:g} 76)">'
        f"{line(f'{knee_x:g},76 {knee_x:g},102', colour)}"
        f"{line(f'{knee_x - 4:g},107 {knee_x + 4:g},107', colour, 6)}</g>"
    )


def seated(left_deg: float = 0, right_deg: float = 0, colour: str = INK) -> str:
    """Return a person who sits facing the camera; each shank is turned outwards by its angle."""
    moved = [LEG if turn and colour == INK else colour for turn in (left_deg, right_deg)]
    return (
        f'<rect x="42" y="70" width="76" height="9" fill="{SEAT}"/>'
        f'<circle cx="80" cy="24" r="9" fill="{colour}"/>'
        + line("80,42 80,66", colour, 22)
        + line("66,42 58,70", colour, 6)
        + line("94,42 102,70", colour, 6)
        + line("74,68 68,75", colour, 9)
        + line("86,68 92,75", colour, 9)
        + shank(68, right_deg, moved[1])
        + shank(92, -left_deg, moved[0])
    )


def standing(colour: str = INK) -> str:
    """Return a person who stands facing the camera."""
    return (
        f'<circle cx="80" cy="14" r="8" fill="{colour}"/>'
        + line("80,30 80,52", colour, 20)
        + line("67,30 63,56", colour, 5)
        + line("93,30 97,56", colour, 5)
        + line("75,56 73,108", colour)
        + line("85,56 87,108", colour)
    )


def from_the_side() -> str:
    """Return a person who sits and is seen from the side."""
    return (
        f'<rect x="42" y="70" width="52" height="9" fill="{SEAT}"/>'
        f'<circle cx="60" cy="24" r="9" fill="{INK}"/>'
        + line("60,42 60,64", INK, 15)
        + line("62,66 98,68", INK, 10)
        + line("98,70 98,102")
        + line("98,107 108,107", INK, 6)
    )


def text(content: str, x: float, y: float, colour: str = INK, *, size: float = 13) -> str:
    """Return a text, centred on a point."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size:g}" '
        f'font-family="sans-serif" fill="{colour}">{content}</text>'
    )


def moved(content: str, transform: str, opacity: float = 1) -> str:
    """Return a drawing after a transformation."""
    return f'<g transform="{transform}" opacity="{opacity:g}">{content}</g>'


CROSS: Final = line("112,12 132,32", WRONG, 5) + line("132,12 112,32", WRONG, 5)
BLOCKS: Final = "".join(
    f'<rect x="{x}" y="{y}" width="16" height="12" fill="{colour}"/>'
    for x, y, colour in (
        (52, 60, PALE),
        (76, 84, LEG),
        (92, 66, WRONG),
        (60, 96, SEAT),
        (84, 50, PALE),
    )
)

PICTURES: Final[Mapping[str, str]] = {
    "no_person": f'<rect x="42" y="70" width="76" height="9" fill="{SEAT}"/>'
    + text("?", 80, 54, WRONG, size=34),
    "legs_out_of_frame": moved(seated(30), "translate(-16 4) scale(1.2)"),
    "side_view": from_the_side(),
    "not_seated": standing(),
    "posture_changed": seated(colour=PALE) + moved(standing(), "translate(14 0)"),
    "both_legs_moved": seated(32, 32),
    "sideways_picture": moved(seated(30), "rotate(90 80 60)"),
    "no_movement": seated() + text("0°", 126, 104, WRONG),
    "external_rotation": seated(-32) + text("↤", 104, 114, WRONG, size=18),
    "low_visibility": seated(30) + '<rect x="30" y="66" width="100" height="54" fill="#2b3440"/>',
    "too_short": seated(12) + text("0.5 s", 130, 24, WRONG),
    "unstable_camera": moved(seated(30), "translate(-12 -5)", 0.35)
    + moved(seated(30), "rotate(7 80 60)", 0.35)
    + moved(seated(30), "translate(9 5)"),
    "damaged": seated(30) + BLOCKS,
    "all_rejected": seated(30) + CROSS,
    "scene_cut": moved(seated(30), "translate(-38 0)")
    + '<rect x="80" y="0" width="80" height="120" fill="#ffffff"/>'
    + moved(seated(30), "translate(40 26) scale(0.8)")
    + line("80,0 74,20 86,40 74,60 86,80 74,100 80,120", WRONG, 3),
}
"""Drawing of a clip that is refused, by the code of the refusal."""


def picture(content: str, size: tuple[int, int] = SIZE) -> str:
    """Return a drawing as an SVG file, in the frame of a picture."""
    width, height = size
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">\n'
        f'<clipPath id="frame"><rect width="{width}" height="{height}" rx="6"/></clipPath>\n'
        f'<g clip-path="url(#frame)"><rect width="{width}" height="{height}" fill="#ffffff"/>'
        f"{content}</g>\n"
        f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="6" fill="none" '
        f'stroke="{PALE}" stroke-width="2"/>\n</svg>\n'
    )
    return with_description(svg, {})


def camera(x: float, y: float) -> str:
    """Return a camera whose lens looks to the left."""
    return (
        f'<rect x="{x:g}" y="{y - 8:g}" width="24" height="16" rx="3" fill="{INK}"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{LEG}"/>'
    )


def side_view() -> str:
    """Return the set-up from the side."""
    person = moved(from_the_side(), "translate(-30 0)")
    stand = line("282,76 282,118", PALE, 4)
    sight = line("74,70 264,70", PALE, 2)
    return picture(
        sight + person + stand + camera(270, 70)
        + text("2 m or more", 178, 62) + text("knee height", 178, 88),
        (320, 120),
    )  # fmt: skip


def above_view() -> str:
    """Return the set-up from above."""
    person = (
        f'<rect x="16" y="22" width="44" height="76" fill="{SEAT}"/>'
        f"{line('40,44 40,76', INK, 18)}"
        f'<circle cx="40" cy="60" r="11" fill="{PALE}" stroke="{INK}" stroke-width="2"/>'
        f"{line('46,50 84,50', LEG, 11)}{line('46,70 84,70', INK, 11)}"
    )
    sight = line("90,60 264,60", PALE, 2)
    return picture(
        sight + person + camera(270, 60) + text("thighs point at the camera", 178, 52), (320, 120)
    )


def files() -> dict[str, str]:
    """Return the text of each file by its name in docs."""
    rows = []
    images = {"side": side_view(), "above": above_view(), "seen": picture(seated(34))}
    for code in REFUSALS:
        words, images[code] = ISSUES[code], picture(PICTURES[code])
        drawing = f"![{words.title}](images/camera_{code}.svg)"
        rows.append(f"| {drawing} | **{words.title}.** {words.text} | {words.remedy} |")
    page = HEAD_TEXT.format(
        steps="\n".join(f"{number}. {step}" for number, step in enumerate(set_up_steps(), 1)),
        oblique=f"{MeasurementProtocol().oblique_yaw_deg:g}",
        rows="\n".join(rows),
    )
    return {"camera.md": page} | {
        f"images/camera_{name}.svg": image for name, image in images.items()
    }


if __name__ == "__main__":
    for name, content in files().items():
        (DOCS / name).write_text(content, encoding="utf-8")
