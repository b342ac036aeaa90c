"""What people say in interviews, for the stand-in to judge; it stands in `corpus.toml`."""

import tomllib
from pathlib import Path

_CORPUS = tomllib.loads(Path(__file__).with_name("corpus.toml").read_text(encoding="utf-8"))
DOMAINS: dict[str, dict[str, list[str]]] = _CORPUS["domains"]
SOFTWARE = DOMAINS["software"]
DIMENSIONS: dict[str, str] = _CORPUS["dimensions"]
INJECTIONS: list[str] = _CORPUS["other"]["injections"]
GERMAN: str = _CORPUS["other"]["german"]
CHINESE: str = _CORPUS["other"]["chinese"]
