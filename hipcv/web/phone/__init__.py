"""Clips from a phone: a second listener in the local network, only while a link to it is open."""
