"""The mailbox: every letter that was accepted, for tests to read and for people to look at."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

LINK: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
KEPT: Final = 500

type Status = Literal["Delivered", "Bounced", "Failed", "Suppressed", "Quarantined", "FilteredSpam"]

PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbox</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 48rem; color: #222 }}
article {{ border: 1px solid #ccc; border-radius: 8px; margin: 1rem 0; padding: 1rem }}
h2 {{ font-size: 1.1rem; margin: 0 0 .25rem }} p {{ margin: .25rem 0; color: #555 }}
iframe {{ border: 0; border-top: 1px solid #eee; height: 28rem; margin-top: .5rem; width: 100% }}
pre {{ white-space: pre-wrap; font: inherit }}
</style></head><body><h1>Mailbox</h1>{letters}</body></html>"""
LETTER: Final = """<article><h2>{subject}</h2><p>to {to}, from {sender}, at {at}: {status}</p>
<p>{links}</p><details><summary>As text</summary><pre>{text}</pre></details>{body}</article>"""
# the letter cannot run scripts or reach the page around it
BODY: Final = '<iframe sandbox="allow-popups" title="As HTML" srcdoc="{html}"></iframe>'


@dataclass(slots=True)
class Letter:
    id: str
    at: str
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
    status: Status | Literal["Accepted"] = "Accepted"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def links(self) -> list[str]:
        found = [html.unescape(link) for link in LINK.findall(self.html)] + LINK.findall(self.text)
        return list(dict.fromkeys(found))

    def told(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at,
            "from": self.sender,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "links": self.links,
            "headers": self.headers,
            "status": self.status,
        }


class Mailbox:
    """Keeps the newest letters."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/_sim/mailbox", self.list, methods=["GET", "DELETE"]),
            Route("/_sim/mailbox.html", self.show, methods=["GET"]),
            Route("/_sim/mailbox/{id}", self.read, methods=["GET"]),
        ]

    def forget(self) -> None:
        self._letters.clear()

    def put(self, letter: Letter) -> None:
        self._letters.append(letter)
        del self._letters[:-KEPT]

    def find(self, to: str | None) -> list[Letter]:
        """Letters to this address, or all; the newest first."""
        wanted = (to or "").casefold()
        newest_first = reversed(self._letters)
        return [each for each in newest_first if not to or wanted in map(str.casefold, each.to)]

    async def list(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.forget()
            return Response(status_code=204)
        letters = self.find(request.query_params.get("to"))
        return JSONResponse({"letters": [letter.told() for letter in letters]})

    async def read(self, request: Request) -> Response:
        for letter in self._letters:
            if letter.id == request.path_params["id"]:
                return JSONResponse(letter.told())
        raise RefusedError(404, "NotFound", "There is no such letter.")

    async def show(self, request: Request) -> Response:
        letters = [_shown(letter) for letter in self.find(request.query_params.get("to"))]
        return HTMLResponse(PAGE.format(letters="".join(letters) or "<p>No letters yet.</p>"))


def _shown(letter: Letter) -> str:
    links = [f'<a href="{quote(link, safe=":/?#&=%@+,;~")}">{html.escape(link)}</a>' for link in letter.links]
    return LETTER.format(
        subject=html.escape(letter.subject),
        to=html.escape(", ".join(letter.to)),
        sender=html.escape(letter.sender),
        at=letter.at,
        status=letter.status,
        links="<br>".join(links),
        text=html.escape(letter.text),
        body=BODY.format(html=html.escape(letter.html)) if letter.html else "",
    )
