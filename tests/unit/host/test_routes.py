"""Route templates match, rank and refuse as ASP.NET's do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.model import Binding, Function
from local.host.routes import RouteError, RouteTable, Template


def function(
    name: str, route: str | None = None, methods: list[str] | None = None, **more: object
) -> Function:
    settings: dict[str, object] = {"type": "httpTrigger", "name": "req", "direction": "IN", **more}
    if route is not None:
        settings["route"] = route
    if methods is not None:
        settings["methods"] = methods
    return Function(name, name, (Binding("req", "httpTrigger", "in", settings),))


def found(table: RouteTable, path: str, method: str = "GET") -> str | None:
    match = table.match(method, path)
    return match[0].name if match else None


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("items", "/items", {}),
        ("items", "/items/", {}),
        ("Items", "/iTEMS", {}),
        ("/items/", "/items", {}),
        ("items/{id}", "/items/7", {"id": "7"}),
        ("items/{id}", "/items/a b", {"id": "a b"}),
        ("items/{id}", "/items/a%2Fb", {"id": "a%2Fb"}),
        ("items/{id}/", "/items/7/", {"id": "7"}),
        ("items/{id?}", "/items", {}),
        ("items/{id?}", "/items/7", {"id": "7"}),
        ("items/{id=5}", "/items", {"id": "5"}),
        ("items/{id:int=5}", "/items/6", {"id": "6"}),
        ("files/{*path}", "/files/a/b/c", {"path": "a/b/c"}),
        ("files/{**path}", "/files/a//b/", {"path": "a//b/"}),
        ("files/{*path}", "/files", {}),
        ("v{version}/x", "/v2/x", {"version": "2"}),
        ("{file}.{extension}", "/a.b.c", {"file": "a.b", "extension": "c"}),
        ("{file}.{extension?}", "/a", {"file": "a"}),
        ("{file}.{extension?}", "/a.txt", {"file": "a", "extension": "txt"}),
        ("a/{x:int}/b/{y:alpha}", "/a/1/b/z", {"x": "1", "y": "z"}),
        ("{{literal}}", "/{literal}", {}),
        (r"{code:regex(^\d{{3}}$)}", "/123", {"code": "123"}),
        ("{x:regex(^a/?b$)}", "/ab", {"x": "ab"}),
        ("", "/", {}),
    ],
)
def test_a_template_matches_and_gives_its_values(template: str, path: str, values: dict[str, str]) -> None:
    assert Template(template).match(path) == values


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("items", "/items/7"),
        ("items", "/item"),
        ("items", "/items//"),
        ("items/{id}", "/items"),
        ("items/{id}", "/items/"),
        ("items/{id}", "/items/a/b"),
        ("items/{id:int?}", "/items/x"),
        ("v{version}", "/v"),
        ("items.x", "/itemsAx"),
        (r"{code:regex(^\d{{3}}$)}", "/12"),
    ],
)
def test_a_template_leaves_other_paths_alone(template: str, path: str) -> None:
    assert Template(template).match(path) is None


@pytest.mark.parametrize(
    "template", ["{id", "id}", "a//b", "{id:nothing}", "{}", "{id:int(}", "{a:regex([)}", "{a b}"]
)
def test_an_unusable_template_names_the_function_and_the_route(template: str) -> None:
    with pytest.raises(RouteError) as failure:
        RouteTable([function("broken", template)], "api")
    assert "'broken'" in str(failure.value)
    assert template in str(failure.value)


RANKED = [
    "a/b",
    "a/{x}.{y}",
    "a/{x:int}",
    "a/{x}",
    "a/{*x:minlength(1)}",
    "a/{*x}",
    "{a}/b",
    "{a}/{b}",
    "{*a}",
]


def test_ranks_put_literals_before_constraints_before_parameters_before_catch_alls() -> None:
    assert sorted(RANKED, key=lambda text: Template(text).rank) == RANKED


@given(st.permutations(RANKED))
def test_the_order_of_registration_does_not_decide(order: list[str]) -> None:
    table = RouteTable([function(text, text) for text in order], "")
    assert found(table, "/a/b") == "a/b"
    assert found(table, "/a/1.5") == "a/{x}.{y}"
    assert found(table, "/a/1/2") == "a/{*x:minlength(1)}"
    assert found(table, "/z/b") == "{a}/b"
    assert found(table, "/z/y") == "{a}/{b}"
    assert found(table, "/z/y/x") == "{*a}"


@given(st.text(min_size=1).filter(lambda text: "/" not in text))
def test_any_segment_reaches_a_parameter_unchanged(text: str) -> None:
    assert Template("items/{name}").match(f"/items/{text}") == {"name": text}


@given(st.text())
def test_a_catch_all_takes_whatever_follows(text: str) -> None:
    table = RouteTable([function("all", "{*rest}")], "")
    match = table.match("GET", f"/{text}")
    assert match is not None
    assert match[1] == ({"rest": text} if text else {})


def test_the_default_route_is_the_name_below_the_prefix() -> None:
    for route in (None, ""):
        table = RouteTable([function("Hello", route)], "api")
        assert found(table, "/api/hello") == "Hello"
        assert found(table, "/hello") is None


def test_an_empty_prefix_puts_functions_at_the_root() -> None:
    assert found(RouteTable([function("f", "x/y")], ""), "/x/y") == "f"


def test_a_wrong_method_is_no_match() -> None:
    table = RouteTable([function("f", "x", ["get", "POST"])], "api")
    assert found(table, "/api/x", "POST") == "f"
    assert found(table, "/api/x", "GET") == "f"
    assert found(table, "/api/x", "DELETE") is None


def test_one_route_may_have_a_function_per_method() -> None:
    table = RouteTable([function("read", "x/{id}", ["GET"]), function("write", "x/{id}", ["PUT"])], "")
    assert found(table, "/x/1", "GET") == "read"
    assert found(table, "/x/1", "PUT") == "write"


def test_without_methods_the_common_ones_are_allowed_and_others_are_not() -> None:
    table = RouteTable([function("f", "x")], "")
    allowed = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
    assert [found(table, "/x", method) for method in allowed] == ["f"] * len(allowed)
    assert found(table, "/x", "PROPFIND") is None


def test_disabled_functions_and_other_triggers_have_no_route() -> None:
    off = Function("off", "off", function("off").bindings, disabled=True)
    timer = Function("t", "t", (Binding("t", "timerTrigger", "in", {}),))
    assert RouteTable([off, timer], "api").routes == []
