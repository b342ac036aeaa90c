"""The start-up listing shows each function with what calls it."""

from __future__ import annotations

from local.host.listing import invoke_url, listing
from local.host.model import Binding, Function

URL = "http://localhost:7071"


def resolve(text: str) -> str:
    return text.replace("%QUEUE%", "jobs")


def function(name: str, trigger: str, *, disabled: bool = False, **settings: object) -> Function:
    return Function(name, name, (Binding("x", trigger, "in", settings),), disabled=disabled)


def test_http_functions_come_first_with_methods_and_address() -> None:
    functions = [
        function("clean", "timerTrigger", schedule="0 0 3 * * *"),
        function("Zeta", "httpTrigger", route="z/{id:int?}", methods=["POST", "get"]),
        function("alpha", "httpTrigger"),
    ]
    assert list(listing(functions, "api", URL, resolve)) == [
        "Functions:",
        "",
        "    alpha: http://localhost:7071/api/alpha",
        "    Zeta: [GET,POST] http://localhost:7071/api/z/{id:int?}",
        "    clean: timerTrigger 0 0 3 * * *",
        "",
    ]


def test_other_triggers_show_what_they_listen_to() -> None:
    functions = [
        function("a", "queueTrigger", queueName="%QUEUE%"),
        function("b", "blobTrigger", path="in/{name}", source="EventGrid"),
        function("c", "orchestrationTrigger"),
        function("d", "serviceBusTrigger", queueName="bus"),
        function("e", "timerTrigger", schedule="00:00:05", disabled=True),
    ]
    assert list(listing(functions, "api", URL, resolve))[2:-1] == [
        "    a: queueTrigger jobs",
        "    b: blobTrigger in/{name} EventGrid",
        "    c: orchestrationTrigger",
        "    d: serviceBusTrigger bus (only Azure runs this trigger)",
        "    e: timerTrigger 00:00:05 (disabled)",
    ]


def test_an_app_without_functions_says_so() -> None:
    assert list(listing([], "api", URL, resolve)) == ["No functions were found in this app."]


def test_only_http_functions_have_an_address() -> None:
    assert invoke_url(function("f", "httpTrigger", route="/x/"), "", URL) == f"{URL}/x"
    assert invoke_url(function("f", "timerTrigger"), "api", URL) is None
