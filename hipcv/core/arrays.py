"""Array types, and a check of their shapes."""

import numpy as np
from numpy.typing import NDArray

from hipcv.core.errors import InvalidTrack
from hipcv.language import _

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def require_shapes(record: object, **shapes: tuple[int, ...]) -> None:
    """Check the shapes of a record's arrays by name.

    Raises:
        InvalidTrack: an array has another shape.
    """
    for name, shape in shapes.items():
        actual = getattr(record, name).shape
        if actual != shape:
            raise InvalidTrack(
                _("{name}: expected shape {shape}, got {actual}.").format(
                    name=name, shape=shape, actual=actual
                )
            )
