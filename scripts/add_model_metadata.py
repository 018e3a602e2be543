"""Add the normalisation metadata without which a pose network is refused.

Runs inside the temporary environment that `rebuild_models.py` makes, since it needs the metadata
writer of mediapipe 0.10.21, which later releases have dropped:

    python add_model_metadata.py NAME MEAN STD OUTPUTS SOURCE.tflite TARGET.tflite
"""

import sys
from pathlib import Path

from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer


def with_metadata(network: bytearray, name: str, scaling: list[float], outputs: int) -> bytes:
    """The same network, saying how its picture is to be scaled."""
    writer = metadata_writer.MetadataWriter.create(network)
    writer.add_general_info(name, name)
    writer.add_image_input(scaling[:1], scaling[1:])
    for index in range(outputs):
        writer.add_feature_output(name=f"o{index}")
    written, _ = writer.populate()
    return bytes(written)


if __name__ == "__main__":
    name, mean, std, outputs, source, target = sys.argv[1:]
    network = bytearray(Path(source).read_bytes())
    Path(target).write_bytes(with_metadata(network, name, [float(mean), float(std)], int(outputs)))
