"""What the spectator sees."""

import os
import sys
import textwrap
import time
from typing import Final, TextIO

WIDTH: Final = 88
BOLD, DIM, CYAN, GREEN = "1", "2", "36", "32"


class Screen:
    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._colour = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._column = 0
        self._pending = ""

    def act(self, title: str) -> None:
        self._write(f"\n{self._painted(title, BOLD)}\n")

    def fact(self, label: str, value: str) -> None:
        self._write(f"  {self._painted(f'{label:<14}', DIM)} {value}\n")

    def speaker(self, name: str) -> None:
        colour = CYAN if name == "interviewer" else GREEN
        self._write(f"\n{self._painted(f'{name}:', colour)}\n")
        self._column = 0

    def piece(self, text: str) -> None:
        """A piece of what is being said, as it arrives: words are shown once they are whole."""
        for letter in text:
            if not letter.isspace():
                self._pending += letter
                continue
            self._word()
            if letter == "\n":
                self._break()

    def end_of_speech(self) -> None:
        self._word()
        self._break()

    def _word(self) -> None:
        word, self._pending = self._pending, ""
        if not word:
            return
        if self._column + len(word) + 1 > WIDTH:
            self._break()
        lead = "  " if self._column == 0 else " "
        self._write(lead + word)
        self._column += len(lead) + len(word)

    def _break(self) -> None:
        self._write("\n")
        self._column = 0

    def said(self, text: str, seconds: float = 0.0) -> None:
        """The whole of what somebody said, line by line."""
        for line in textwrap.wrap(text, WIDTH - 2):
            self._write(f"  {line}\n")
            time.sleep(seconds)

    def note(self, text: str) -> None:
        self._write(self._painted(f"  {text}", DIM) + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def _painted(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour else text
