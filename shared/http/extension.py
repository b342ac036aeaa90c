"""What the platform's HTTP extension must not do for us.

Its web server is a FastAPI app with pages of its own at /docs, /redoc and /openapi.json. They
stand before every function of that path, load scripts from a foreign network, and leave the
invocation waiting for ever for a request that never comes. This takes them away; the version of
the extension is pinned, and a test asks for our own page at /docs through the host.
"""

from azurefunctions.extensions.http.fastapi import web
from fastapi import FastAPI


def _without_pages(self: web.WebApp) -> None:
    self.web_app = FastAPI(openapi_url=None)


def remove_foreign_pages() -> None:
    web.WebApp.__init__ = _without_pages
