"""Document Intelligence, asked by its own client; and what that never sends, by hand."""

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from azure.ai.documentintelligence import DocumentIntelligenceClient
from azure.ai.documentintelligence.models import AnalyzeDocumentRequest, AnalyzeResult
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

from tests.document_samples import picture, plain_docx, plain_pdf, rc4_pdf, scanned, zip_of
from tests.simulators import NotPlayedError, Simulators

pytestmark = pytest.mark.azure

ANALYZE = "/documentintelligence/documentModels/prebuilt-read:analyze"


@pytest.fixture
def client(simulators: Simulators) -> Iterator[DocumentIntelligenceClient]:
    with _client(simulators, simulators.keys.documents) as client:
        yield client


def _client(simulators: Simulators, key: str) -> DocumentIntelligenceClient:
    return DocumentIntelligenceClient(
        simulators.url, AzureKeyCredential(key), retry_total=0, polling_interval=0.02
    )


def analyse(
    client: DocumentIntelligenceClient, content: bytes, model: str = "prebuilt-read", **options: Any
) -> AnalyzeResult:
    poller = client.begin_analyze_document(
        model, io.BytesIO(content), content_type="application/octet-stream", **options
    )
    result: AnalyzeResult = poller.result()
    return result


def test_words_lines_and_their_places_are_found(client: DocumentIntelligenceClient) -> None:
    result = analyse(client, plain_pdf("Asha Nair", "Engineer"))

    assert result.content == "Asha Nair\nEngineer"
    (page,) = result.pages
    assert page.unit == "inch"
    assert page.width == pytest.approx(8.27, abs=0.01)
    assert page.height == pytest.approx(11.69, abs=0.01)
    assert page.lines is not None
    assert page.words is not None
    assert [line.content for line in page.lines] == ["Asha Nair", "Engineer"]
    assert [word.content for word in page.words] == ["Asha", "Nair", "Engineer"]
    line = page.lines[0]
    assert line.polygon is not None
    assert 0.8 < line.polygon[0] < line.polygon[2] < 2
    assert 1 < line.polygon[1] < line.polygon[5] < 2
    span = page.words[2].span
    assert result.content[span.offset : span.offset + span.length] == "Engineer"


def test_it_runs_before_it_succeeds(simulators: Simulators, client: DocumentIntelligenceClient) -> None:
    analyse(client, plain_pdf("Asha"))

    submit, *asked = simulators.journal("documents")
    assert submit["status"] == 202
    assert len(asked) >= 2


def test_only_the_pages_asked_for_are_read(client: DocumentIntelligenceClient) -> None:
    result = analyse(client, plain_pdf("Page {page}", pages=5), pages="2-3,5")

    assert [page.page_number for page in result.pages] == [2, 3, 5]
    assert result.content == "Page 2\nPage 3\nPage 5"


def test_word_files_have_words_and_no_places(client: DocumentIntelligenceClient) -> None:
    result = analyse(client, plain_docx("Asha Nair", "Engineer"), model="prebuilt-layout")

    assert result.content == "Asha Nair\nEngineer"
    assert result.pages[0].words is not None
    assert result.pages[0].words[0].polygon is None


@pytest.mark.parametrize("content", [picture(), scanned()], ids=["picture", "scan"])
def test_a_picture_shows_what_a_script_says(
    simulators: Simulators, client: DocumentIntelligenceClient, content: bytes
) -> None:
    simulators.script("documents", pages=[["Asha Nair", "Engineer"]])

    first, second = analyse(client, content), analyse(client, content)

    assert (first.content, second.content) == ("Asha Nair\nEngineer", "")
    assert len(second.pages) == 1
    with pytest.raises(NotPlayedError):
        simulators.script("documents", pages="Asha")


def test_a_source_in_json_is_read(client: DocumentIntelligenceClient) -> None:
    request = AnalyzeDocumentRequest(bytes_source=plain_pdf("Asha"))

    assert client.begin_analyze_document("prebuilt-read", request).result().content == "Asha"


@pytest.mark.parametrize("content", [rc4_pdf("secret"), plain_pdf("Asha")[:300]], ids=["locked", "cut"])
def test_an_unreadable_file_fails_the_operation(client: DocumentIntelligenceClient, content: bytes) -> None:
    with pytest.raises(HttpResponseError) as caught:
        analyse(client, content)

    assert caught.value.error is not None
    assert (caught.value.error.code, caught.value.error.innererror) == (
        "InvalidRequest",
        {"code": "InvalidContent", "message": caught.value.error.innererror["message"]},
    )


def test_an_operation_can_be_made_to_fail(simulators: Simulators, client: DocumentIntelligenceClient) -> None:
    simulators.fault("documents", "failed")

    with pytest.raises(HttpResponseError):
        analyse(client, plain_pdf("Asha"))
    assert analyse(client, plain_pdf("Asha")).content == "Asha"


def test_a_wrong_key_is_refused(simulators: Simulators) -> None:
    with _client(simulators, "wrong") as client, pytest.raises(ClientAuthenticationError):
        analyse(client, plain_pdf("Asha"))


def test_another_model_is_unknown(client: DocumentIntelligenceClient) -> None:
    with pytest.raises(ResourceNotFoundError):
        analyse(client, plain_pdf("Asha"), model="prebuilt-invoice")


def post(simulators: Simulators, *, version: str = "2024-11-30", **request: Any) -> httpx.Response:
    headers = {"Ocp-Apim-Subscription-Key": simulators.keys.documents, **request.pop("headers", {})}
    parameters = {"api-version": version, **request.pop("params", {})}
    return httpx.post(simulators.url + ANALYZE, headers=headers, params=parameters, **request)


OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize(
    ("request_", "status", "inner"),
    [
        ({"content": b"plain text", "headers": OCTETS}, 400, "InvalidContent"),
        ({"content": zip_of(["a"]), "headers": OCTETS}, 400, "InvalidContent"),
        ({"content": b"", "headers": OCTETS}, 400, "InvalidContentLength"),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "UnsupportedContent"),
        ({"content": b"x", "headers": OCTETS, "params": {"pages": "all"}}, 400, "InvalidParameter"),
        ({"json": {}}, 400, "InvalidParameter"),
        ({"json": {"base64Source": "?"}}, 400, "InvalidParameter"),
        ({"json": {"base64Source": "YQ==", "urlSource": "http://127.0.0.1:9"}}, 400, "InvalidParameter"),
        ({"json": {"urlSource": "https://example.com/a.pdf"}}, 400, "InvalidContentSourceFormat"),
        ({"json": {"urlSource": "http://127.0.0.1:9/a.pdf"}}, 400, "ContentSourceNotAccessible"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_request_says_what_is_wrong(
    simulators: Simulators, request_: dict[str, Any], status: int, inner: str
) -> None:
    answer = post(simulators, **request_)

    assert answer.status_code == status
    assert answer.json()["error"]["innererror"]["code"] == inner


def test_only_known_versions_are_served(simulators: Simulators) -> None:
    assert (
        post(simulators, version="2020-01-01", content=plain_pdf("Asha"), headers=OCTETS).status_code == 400
    )


def test_the_operation_is_asked_for_where_the_document_was_sent(simulators: Simulators) -> None:
    answer = post(simulators, content=plain_pdf("Asha"), headers=OCTETS)

    assert answer.status_code == 202
    assert answer.headers["operation-location"].startswith(f"{simulators.url}/documentintelligence/")
    unknown = f"{simulators.url}/documentintelligence/documentModels/prebuilt-read/analyzeResults/none"
    key = {"Ocp-Apim-Subscription-Key": simulators.keys.documents}
    assert httpx.get(unknown, params={"api-version": "2024-11-30"}, headers=key).status_code == 404
