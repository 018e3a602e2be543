"""Version of hipcv, as it stands in results and reports."""

__version__ = "0.1.0"
