"""Rendered patients: build, skin, hair and clothes, in the renderer's form.

Builds are MakeHuman macros from 0 to 1 (`age` 0.19 is a child, 0.5 an adult, 1 old); colours are
linear RGB.
"""

import copy
from typing import Any, Final

Spec = dict[str, Any]

SUBJECTS: Final[dict[str, Spec]] = {
    "man": {
        "gender": 1.0, "age": 0.5, "weight": 0.52, "muscle": 0.6, "stature_m": 1.80,
        "skin": "olive", "hair": {"style": "short", "color": "black"}, "beard": 0.3,
        "outfit": {"top": "tshirt", "top_col": [0.62, 0.60, 0.56], "bottom": "shorts",
                   "bottom_col": [0.05, 0.08, 0.16], "feet": "barefoot"},
    },
    "woman": {
        "gender": 0.0, "age": 0.48, "weight": 0.45, "muscle": 0.5, "cup": 0.5, "firmness": 0.6,
        "stature_m": 1.67, "skin": "fair", "hair": {"style": "bob", "color": "red"},
        "outfit": {"top": "tank", "top_col": [0.08, 0.22, 0.20], "bottom": "short_shorts",
                   "bottom_col": [0.15, 0.15, 0.17], "feet": "barefoot"},
    },
    "dark_woman": {
        "gender": 0.05, "age": 0.55, "weight": 0.62, "muscle": 0.5, "cup": 0.6, "firmness": 0.5,
        "stature_m": 1.62, "skin": "dark", "hair": {"style": "buzz", "color": "black"},
        "race": {"african": 1.0},
        "outfit": {"top": "tshirt", "top_col": [0.45, 0.12, 0.10], "bottom": "shorts",
                   "bottom_col": [0.40, 0.42, 0.45], "feet": "barefoot"},
    },
    "heavy_man": {
        "gender": 1.0, "age": 0.7, "weight": 0.9, "muscle": 0.4, "stature_m": 1.76,
        "skin": "tan", "hair": {"style": "bald", "color": "grey"},
        "outfit": {"top": "tshirt", "top_col": [0.10, 0.10, 0.30], "bottom": "long_shorts",
                   "bottom_col": [0.10, 0.10, 0.09], "feet": "socks",
                   "sock_col": [0.30, 0.30, 0.30]},
    },
    "tall_man": {
        "gender": 1.0, "age": 0.44, "weight": 0.42, "muscle": 0.65, "stature_m": 1.94,
        "skin": "brown", "hair": {"style": "short", "color": "black"},
        "race": {"african": 0.5, "asian": 0.5},
        "outfit": {"top": "tank", "top_col": [0.70, 0.66, 0.20], "bottom": "shorts",
                   "bottom_col": [0.06, 0.06, 0.06], "feet": "barefoot"},
    },
    "old_woman": {
        "gender": 0.0, "age": 0.85, "weight": 0.6, "muscle": 0.4, "cup": 0.6, "firmness": 0.3,
        "stature_m": 1.60, "skin": "pale", "hair": {"style": "bun", "color": "grey"},
        "outfit": {"top": "long", "top_col": [0.30, 0.26, 0.40], "bottom": "shorts",
                   "bottom_col": [0.24, 0.20, 0.16], "feet": "socks",
                   "sock_col": [0.75, 0.74, 0.70]},
    },
    "child": {
        "gender": 0.4, "age": 0.22, "weight": 0.45, "muscle": 0.5, "stature_m": 1.26,
        "skin": "asian", "hair": {"style": "short", "color": "black"}, "race": {"asian": 1.0},
        "outfit": {"top": "tshirt", "top_col": [0.65, 0.30, 0.08], "bottom": "shorts",
                   "bottom_col": [0.08, 0.12, 0.20], "feet": "barefoot"},
    },
}  # fmt: skip

LOOSE_TROUSERS: Final[Spec] = {
    "bottom": "trousers", "bottom_loose": 0.034, "bottom_col": [0.14, 0.13, 0.11],
    "feet": "shoes",
}  # fmt: skip
LEGGINGS: Final[Spec] = {"bottom": "leggings", "bottom_col": [0.03, 0.03, 0.05]}


def subject(name: str, clothes: Spec | None = None) -> Spec:
    """Return a copy of one patient, optionally in other clothes."""
    patient = copy.deepcopy(SUBJECTS[name])
    patient["outfit"].update(clothes or {})
    return patient
