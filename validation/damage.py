"""Damage to files of video: flipped bits, foreign bytes, missing and repeated parts."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final

import av
import numpy as np

Damage = Callable[[Path, Path, np.random.Generator], None]
"""Writes a damaged copy of a file; what is damaged depends on the generator alone."""

HEAD_SHARE: Final = 0.02
"""Part at the beginning of a file, and at its end, that keeps its bytes where the body is meant."""

TS_PACKET: Final = 188


def flip_bits(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Invert 1 to 300 single bits."""
    content = bytearray(source.read_bytes())
    for position in _positions(content, rng, int(10 ** rng.uniform(0, 2.5))):
        content[position] ^= 1 << int(rng.integers(8))
    target.write_bytes(content)


def overwrite_block(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Replace one block of 64 to 8,192 bytes by noise or zeros."""
    content = bytearray(source.read_bytes())
    size = min(2 ** int(rng.integers(6, 14)), len(content) // 4)
    first = int(_positions(content, rng, 1)[0])
    noise = rng.bytes(size) if rng.integers(2) else bytes(size)
    content[first : first + size] = noise[: len(content) - first]
    target.write_bytes(content)


def splice_bytes(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Insert foreign bytes, or leave some out, so that everything after them moves."""
    content = source.read_bytes()
    first, size = int(_positions(content, rng, 1)[0]), int(rng.integers(1, 2000))
    if rng.integers(2):
        target.write_bytes(content[:first] + rng.bytes(size) + content[first:])
    else:
        target.write_bytes(content[:first] + content[first + size :])


def truncate(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Keep the first 20 to 99 % of the bytes, as an interrupted copy does."""
    content = source.read_bytes()
    target.write_bytes(content[: int(rng.uniform(0.2, 0.99) * len(content))])


def lose_packets(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Leave out one to five coded pictures, in a row or apart; the others keep their times."""
    with av.open(str(source)) as container:
        count = sum(packet.size > 0 for packet in container.demux(video=0))
    amount = int(rng.integers(1, 6))
    if rng.integers(2):
        first = int(rng.integers(1, count - amount))
        lost: Collection[int] = range(first, first + amount)
    else:
        lost = set(rng.choice(np.arange(1, count), amount, replace=False).tolist())
    without_packets(source, target, lost)


def lose_ts_packets(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Leave out 1 to 30 packets of a transport stream, as a bad connection does."""
    content = source.read_bytes()
    parts = [content[at : at + TS_PACKET] for at in range(0, len(content), TS_PACKET)]
    amount = int(rng.integers(1, 31))
    lost = set(rng.choice(np.arange(20, len(parts)), amount, replace=False).tolist())
    target.write_bytes(b"".join(part for at, part in enumerate(parts) if at not in lost))


def without_packets(source: Path, target: Path, lost: Collection[int]) -> None:
    """Copy the coded picture of a clip without some packets, counted in decoding order."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        packets = [packet for packet in old.demux(video=0) if packet.size > 0]
        for number, packet in enumerate(packets):
            if number not in lost:
                packet.stream = stream
                new.mux(packet)


def _positions(content: bytes | bytearray, rng: np.random.Generator, amount: int) -> list[int]:
    """Return places in the body of a file, where its pictures are."""
    margin = max(64, int(HEAD_SHARE * len(content)))
    return [int(at) for at in rng.integers(margin, len(content) - margin, amount)]


KINDS: Final[Mapping[str, Damage]] = {
    "bits flipped": flip_bits,
    "block overwritten": overwrite_block,
    "bytes inserted or left out": splice_bytes,
    "cut off": truncate,
    "packets lost": lose_packets,
    "transport packets lost": lose_ts_packets,
}
