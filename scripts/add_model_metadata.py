"""Add the normalisation metadata that MediaPipe requires of a pose network.

Runs inside the temporary environment of `rebuild_models.py`, since it needs the metadata writer of
mediapipe 0.10.21, which later releases do not have:

    python add_model_metadata.py NAME MEAN STD OUTPUTS SOURCE.tflite TARGET.tflite
"""

import sys
from pathlib import Path

from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer


def with_metadata(network: bytearray, name: str, scaling: list[float], outputs: int) -> bytes:
    """Return the network with the scaling of its input picture."""
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
