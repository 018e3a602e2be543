"""Questions after the test: a key in, the next question or the answers out.

Each question is left out by one key.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Self

from hipcv.core.answers import LIMITERS, MOST_PAIN, REGIONS, Answers

SKIP_KEYS: Final = ("\r", "\n", " ", "s")
"""Keys that go on: with what was typed, or without an answer."""

ERASE_KEYS: Final = ("\b", "\x7f")

CHOICES: Final = {"pain_where": REGIONS, "limiter": LIMITERS}
"""Choices of a question, by its field of `Answers`; the first has the key 1."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Progress through the questions after the test."""

    answers: Answers = field(default_factory=Answers)
    question: str = "pain"  # field of `Answers` that is asked for; "": all were asked
    typed: str = ""  # digits of the pain that are not confirmed yet

    @property
    def over(self) -> bool:
        """True once all were asked."""
        return not self.question

    def press(self, key: str) -> Self:
        """Return the progress after a key; other keys change nothing."""
        key = key.lower()
        if self.question == "pain":
            return self._press_at_pain(key)
        if self.over:
            return self
        if key in SKIP_KEYS:
            return self._after(self.answers)
        number = _number(key)
        if number is None or not 1 <= number <= len(self._choices):
            return self
        chosen = {self.question: self._choices[number - 1]}
        return self._after(Answers.from_dict(self.answers.to_dict() | chosen))

    def enter(self, line: str) -> Self:
        """Return the progress after a whole line; one that is no answer changes nothing."""
        line = line.strip().lower()
        if line in ("", "s"):
            return replace(self, typed="").press("\r")
        if self.question != "pain":
            return self.press(line)
        number = _number(line)
        if number is None or number > MOST_PAIN:
            return self
        return replace(self, typed=str(number)).press("\r")

    @property
    def _choices(self) -> tuple[str, ...]:
        return CHOICES.get(self.question, ())

    def _press_at_pain(self, key: str) -> Self:
        if key in ERASE_KEYS:
            return replace(self, typed="")
        if key in SKIP_KEYS:
            pain = int(self.typed) if self.typed and key != "s" else None
            return replace(self._after(replace(self.answers, pain=pain)), typed="")
        if _number(key) is None:
            return self
        both = self.typed + key  # 10 is typed as two digits
        return replace(self, typed=both if both == str(MOST_PAIN) else key)

    def _after(self, answers: Answers) -> Self:
        """Go on to the next question that the answers leave open."""
        if self.question == "pain" and answers.pain:
            return replace(self, answers=answers, question="pain_where")
        asked = self.question == "limiter" or answers.limiter is not None
        return replace(self, answers=answers, question="" if asked else "limiter")


def _number(text: str) -> int | None:
    """Return the number that a text of digits writes; None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() else None
