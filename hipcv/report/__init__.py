"""Renderings of results: words, pages, charts and pictures."""

import logging

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # else it warns of a home without a cache
