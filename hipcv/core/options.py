"""The options of one clip's analysis, and their rendering as a command line."""

import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from hipcv.core.landmarks import Side
from hipcv.core.limits import ClipLimits
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """Everything that is asked of one clip; the same for every command and worker."""

    side: Side | None = None  # None: whichever side moved
    mirrored: bool = False  # a selfie recording, to be flipped back
    start_s: float = 0.0  # seconds to leave out at the beginning
    model: str = "full"
    protocol: MeasurementProtocol = field(default_factory=MeasurementProtocol)
    overlay: bool = True  # write the annotated video
    blur_face: bool = False  # in every picture that is written
    person: Person = field(default_factory=Person)  # changes no angle
    external: bool = False  # external rotation is asked for as well; changes no angle
    limits: ClipLimits = field(default_factory=ClipLimits)  # bounds of the clip

    def to_argv(self) -> list[str]:
        """Return the options of `hipcv analyze` that differ from their defaults.

        Numbers have as many digits as are needed to read the same value back.
        """
        argv = [f"--side={self.side.value}"] if self.side else []
        argv += ["--mirrored"] if self.mirrored else []
        argv += [f"--start-s={_shortest(self.start_s)}"] if self.start_s else []
        argv += [f"--model={self.model}"] if self.model != "full" else []
        for name, value in (self.protocol.changed() | self.limits.changed()).items():
            argv += ["--set", f"{name}={_shortest(value)}"]
        argv += _person_argv(self.person)
        argv += ["--external"] if self.external else []
        argv += [] if self.overlay else ["--no-overlay"]
        argv += ["--blur-face"] if self.blur_face else []
        return argv

    def command(self, clip_name: str) -> str:
        """Return the shell command that gives the same numbers again, for the record.

        Options that only concern pictures are left out. Bytes of a file name that are not UTF-8
        become question marks.
        """
        name = clip_name.encode("utf-8", "replace").decode("utf-8")
        numeric = replace(self, overlay=True, blur_face=False)
        separator = ["--"] if name.startswith("-") else []
        return shlex.join(["hipcv", "analyze", *numeric.to_argv(), *separator, name])

    def to_dict(self) -> dict[str, Any]:
        """Return the options as JSON values; of protocol and limits what is not the default."""
        changed = {"protocol": self.protocol.changed(), "limits": self.limits.changed()}
        return {**asdict(self), **changed}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the options that `to_dict` rendered.

        Raises:
            InvalidProtocol: a setting or limit is unknown or out of range.
            BadRequest: age or sex is not valid.
        """
        side = Side(values["side"]) if values["side"] else None
        protocol = MeasurementProtocol.from_values(values["protocol"])
        person = Person.from_dict(values.get("person"))
        limits = ClipLimits.from_values(values.get("limits", {}))
        parts = {"side": side, "protocol": protocol, "person": person, "limits": limits}
        return cls(**{**values, **parts})


def _person_argv(person: Person) -> list[str]:
    argv = [] if person.age_years is None else [f"--age={person.age_years}"]
    return argv + ([f"--sex={person.sex}"] if person.sex else [])


def _shortest(value: float) -> str:
    text = f"{value:g}"
    return text if float(text) == value else repr(float(value))
