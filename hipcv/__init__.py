"""Measures seated active hip internal rotation from a camera."""

__version__ = "0.1.0"
