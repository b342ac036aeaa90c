"""Where a body has objects, and what is put into them."""

from tests.security.probe.intrusion import OF_THE_SERVER, intrusions
from tests.security.probe.operations import Operation

ITEM = {"type": "object", "properties": {"text": {"type": "string"}, "score": {"type": "integer"}}}
WHOLE = {
    "type": "object",
    "properties": {
        "status": {"type": "string"},
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "by_name": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Item"}},
    },
}
DOCUMENT = {"components": {"schemas": {"Item": ITEM, "Whole": WHOLE}}}
OPERATION = Operation(
    "change",
    "POST",
    "/things",
    {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Whole"}}}}},
    DOCUMENT,
)
VALID = {"status": "open", "items": [{"text": "a"}, {"text": "b"}], "by_name": {"one": {"text": "c"}}}


def test_every_object_gets_what_it_does_not_declare() -> None:
    found = {each.path: each for each in intrusions(OPERATION, VALID)}

    assert set(found) == {(), ("items", 0), ("by_name", "one")}
    assert found[()].fields == set(OF_THE_SERVER) - {"status"}
    assert found["items", 0].fields == set(OF_THE_SERVER) - {"score"}
    assert "items.0.role" in found["items", 0].names()
    assert found["by_name", "one"].body["by_name"]["one"]["role"] == "org_admin"


def test_what_is_valid_stays_as_it_was() -> None:
    before = str(VALID)

    list(intrusions(OPERATION, VALID))

    assert str(VALID) == before
