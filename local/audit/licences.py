"""The licence of every package, from what is installed and from npm's lock file, and whether it fits.

Names of licences are SPDX's. Of an expression every part joined by AND must be allowed, and one of those
joined by OR. What no list knows fails, so that a new dependency is looked at by somebody.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any, Final, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY: Final = Path(__file__).parents[2]
SHIPPED: Final = "requirements.txt"
FOR_WORK: Final = "requirements-dev.txt"  # holds what is shipped, too
NODE: Final = "local/package-lock.json"

ALLOWED: Final = frozenset(
    {
        *(
            "0BSD",
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BlueOak-1.0.0",
            "CC0-1.0",
            "CNRI-Python",
            "ISC",
        ),
        *("MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Python-2.0", "Unlicense", "ZPL-2.1"),
        "MPL-2.0",  # asks for changes of its own files, and we change none
    }
)
# what fits although its licence is not on the list: the licence, and why
EXCEPTIONS: Final[dict[str, tuple[str, str]]] = {
    "psycopg": ("LGPL-3.0-only", "used as a library of its own, unchanged, and replaceable"),
    "psycopg-binary": ("LGPL-3.0-only", "likewise"),
    "psycopg-pool": ("LGPL-3.0-only", "likewise"),
    "azure-cognitiveservices-speech": (
        "LicenseRef-Proprietary",
        "Microsoft's terms allow the SDK within applications that use the service",
    ),
    "uri-templates": ("LicenseRef-tv4", "public domain, or MIT where there is none; for work only"),
}
# what a package says in words of its own
SPOKEN: Final = {
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Other/Proprietary License": "LicenseRef-Proprietary",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The MIT License (MIT)": "MIT",
    "http://geraintluff.github.io/tv4/LICENSE.txt": "LicenseRef-tv4",
}
# read in the file of the licence, as the metadata hold its whole text, or a name of several licences
READ: Final = {
    "httpx-aiohttp": "BSD-3-Clause",
    "isodate": "BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "uvloop": "MIT AND Apache-2.0",
}


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    licence: str
    used: str  # shipped, for work, or for work (npm)


def findings() -> list[str]:
    found = list(packages())
    needless = EXCEPTIONS.keys() - {each.name for each in found}
    return [
        *(f"{each.name} {each.version}: {each.licence} is not allowed" for each in found if not fits(each)),
        *(f"{name} is excepted and not used any more" for name in sorted(needless)),
    ]


def fits(package: Package) -> bool:
    if package.name in EXCEPTIONS and EXCEPTIONS[package.name][0] == package.licence:
        return True
    ways = package.licence.strip("()").split(" OR ")
    return any(all(part.strip(" ()") in ALLOWED for part in way.split(" AND ")) for way in ways)


def packages() -> Iterator[Package]:
    shipped = set(locked(SHIPPED))
    for name in locked(FOR_WORK):
        installed = metadata.distribution(name)
        told = cast("Message", installed.metadata)
        yield Package(
            name, installed.version, licence_of(name, told), "shipped" if name in shipped else "for work"
        )
    yield from node_packages(json.loads((REPOSITORY / NODE).read_text(encoding="utf-8")))


def locked(file: str) -> list[str]:
    """The packages of a lock file that this platform installs."""
    lines = re.findall(
        r"^([A-Za-z0-9].+?)\s*\\?$", (REPOSITORY / file).read_text(encoding="utf-8"), re.MULTILINE
    )
    wanted = [Requirement(line) for line in lines]
    return sorted(
        canonicalize_name(each.name) for each in wanted if not each.marker or each.marker.evaluate()
    )


def licence_of(name: str, told: Message) -> str:
    """What the metadata say: the expression, or the one classifier, or the words of the package."""
    if name in READ:
        return READ[name]
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier", [])
        if each.startswith("License :: ") and not each.endswith("OSI Approved")
    ]
    words = told.get("License", "").strip().partition("\n")[0]
    for said in (told.get("License-Expression"), words, *classifiers):
        if said and said not in {"UNKNOWN", "DFSG approved"}:
            return SPOKEN.get(said, said)
    return "unknown"


def node_packages(lock: dict[str, Any]) -> Iterator[Package]:
    for place, told in lock["packages"].items():
        if place:
            said = str(told.get("license", "unknown"))
            name = place.rpartition("node_modules/")[2]
            yield Package(name, told["version"], SPOKEN.get(said, said), "for work (npm)")


def as_page(found: Iterable[Package]) -> str:
    """The list that goes out with a release."""
    rows = [f"| {each.name} | {each.version} | {each.licence} | {each.used} |" for each in found]
    reasons = [f"- {name}, {licence}: {why}." for name, (licence, why) in EXCEPTIONS.items()]
    return "\n".join(
        [
            "# Licences",
            "",
            "What is shipped is installed in Azure; what is for work stays on machines that build and test.",
            "",
            "| package | version | licence | use |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "Excepted, with the reason:",
            "",
            *reasons,
            "",
        ]
    )
