"""Difficulty of a page for its reader: the grade of English and the ease of Spanish."""

import re
from functools import cache
from html.parser import HTMLParser

import pyphen

BLOCKS = {"h1", "h2", "h3", "p", "li"}
WORD = re.compile(r"[^\W\d_]+")


class Blocks(HTMLParser):
    """The texts of the blocks of a page; what is drawn and the style sheet are left out."""

    def __init__(self):
        super().__init__()
        self.texts, self._hidden = [""], 0

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in {"svg", "style", "title"}
        if tag in BLOCKS:
            self.texts.append("")

    def handle_endtag(self, tag):
        self._hidden -= tag in {"svg", "style", "title"}
        if tag in BLOCKS:
            self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += "" if self._hidden else data


def sentences(page):
    """Return the words of every sentence of a page, also of its headings."""
    blocks = Blocks()
    blocks.feed(page)
    parts = [part for text in blocks.texts for part in re.split(r"[.!?:](?:\s|$)", text)]
    return [words for words in map(WORD.findall, parts) if words]


@cache
def dictionary(code):
    return pyphen.Pyphen(lang=code, left=1, right=1)


def counts(page, code):
    """Return words per sentence and syllables per word."""
    found = sentences(page)
    words = [word for sentence in found for word in sentence]
    syllables = sum(len(dictionary(code).positions(word.lower())) + 1 for word in words)
    return len(words) / len(found), syllables / len(words)


def grade_of_english(page):
    """Return the school grade of Flesch and Kincaid."""
    length, syllables = counts(page, "en_US")
    return 0.39 * length + 11.8 * syllables - 15.59


def ease_of_spanish(page):
    """Return the reading ease of Fernández Huerta: 70 and more is fairly easy."""
    length, syllables = counts(page, "es")
    return 206.84 - 60 * syllables - 1.02 * length
