"""Texts of the source that were left in a page of another language."""

from hipcv import language


def english_in(text: str, code: str) -> list[str]:
    """Return the English texts of more than one word that stand in a text in another language."""
    words = " ".join(text.replace("\u2060", "").split())
    return [
        source
        for source, translated in language.messages(code).items()
        if " " in source and "{" not in source and source != translated and source in words
    ]
