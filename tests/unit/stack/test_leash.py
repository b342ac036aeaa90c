"""The program that ties a service to the stack and then becomes it."""

import os
import sys

import pytest

from local.stack import leash


def test_it_becomes_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[object] = []
    monkeypatch.setattr(leash, "tie_to_parent", lambda *whom: became.extend(whom))
    monkeypatch.setattr(os, "execvp", lambda *command: became.extend(command))
    leash.main(["12", "15", "node", "azurite.js"])
    assert became == [12, 15, "node", ["node", "azurite.js"]]


def test_a_command_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leash, "tie_to_parent", lambda *_whom: None)
    with pytest.raises(SystemExit, match="cannot start no-such-program: No such file"):
        leash.main(["12", "15", "no-such-program"])


def test_other_systems_have_no_leash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    leash.tie_to_parent(-1, 15)
