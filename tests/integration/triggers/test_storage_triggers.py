"""Queue and blob triggers and bindings of a running host on a running Azurite."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.host_process import HostProcess
from tests.integration.triggers.bench import HOST_ID, Bench, bench, until

pytestmark = pytest.mark.azure


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("storage"), SUFFIX="queue", LOCAL_HOST_QUEUE_LEASE="00:00:02") as made:
        yield made


@pytest.fixture(scope="module")
def host(storage: Bench) -> Iterator[HostProcess]:
    with storage.host(is_measured=True) as running:
        yield running


def test_a_message_comes_with_its_metadata_and_leaves_the_queue(storage: Bench, host: HostProcess) -> None:
    storage.send("plain-queue", "grüße")

    entry = storage.wait("plain", body="grüße")[0]

    assert entry["count"] == 1
    assert entry["receipt"]
    assert entry["inserted"] < entry["visible"] < entry["expires"]
    until(lambda: storage.messages("plain-queue") == [], "an empty queue")


def test_a_message_that_always_fails_is_tried_as_often_as_allowed_then_poison(
    storage: Bench, host: HostProcess
) -> None:
    storage.send("failing", "bad")

    until(lambda: storage.messages("failing-poison") == ["bad"], "the poison message")

    assert [entry["count"] for entry in storage.entries("failing", body="bad")] == [1, 2]
    assert storage.messages("failing") == []


def test_a_message_that_is_no_base64_is_poison_at_once(storage: Bench, host: HostProcess) -> None:
    client = storage.queues.get_queue_client("plain-queue")
    poison = storage.queues.get_queue_client("plain-queue-poison")
    storage.send("plain-queue")

    client.send_message("no base64!")

    until(lambda: "plain-queue-poison" in [q.name for q in storage.queues.list_queues()], "the poison queue")
    until(lambda: [m.content for m in poison.peek_messages()] == ["no base64!"], "the message as it was")
    host.wait_until_printed("is not base64")


def test_the_next_messages_do_not_wait_for_the_slowest_of_a_batch(storage: Bench, host: HostProcess) -> None:
    bodies = ["1.6 a", "1.6 b", *(f"0.2 {letter}" for letter in "cdefghij")]

    storage.send("slow", *bodies)
    for body in bodies:
        storage.wait("slow", body=body, step="ends")

    entries = [entry for entry in storage.entries("slow") if entry["body"] in bodies]
    begins = {entry["body"]: entry["at"] for entry in entries if entry["step"] == "begins"}
    ends = {entry["body"]: entry["at"] for entry in entries if entry["step"] == "ends"}
    together = [sum(begins[other] <= start < ends[other] for other in bodies) for start in begins.values()]
    assert begins["0.2 j"] < ends["1.6 a"]
    assert 2 <= max(together) <= 6  # batchSize + newBatchThreshold


def test_a_call_longer_than_the_lease_is_not_repeated(storage: Bench, host: HostProcess) -> None:
    storage.send("slow", "4.5 long")

    storage.wait("slow", body="4.5 long", step="ends")

    assert len(storage.entries("slow", body="4.5 long", step="begins")) == 1
    until(lambda: storage.messages("slow") == [], "an empty queue")


def test_properties_of_a_message_name_the_blobs_of_its_bindings(storage: Bench, host: HostProcess) -> None:
    storage.upload("customers", "ann.txt", "Ann")

    storage.send("orders", json.dumps({"number": 7, "customer": {"name": "ann"}}))

    until(lambda: "Ann bought 7" in storage.blobs_in("receipts").values(), "the receipt")
    names = [name for name, content in storage.blobs_in("receipts").items() if content == "Ann bought 7"]
    assert names[0].split("-")[0].endswith("/7")
    assert len(names[0].split("-")[1]) == len("e4eaaaf2d142e1b3b3e4eaaaf2d142e1.txt")


def test_a_list_becomes_several_messages_and_each_triggers_its_own_call(
    storage: Bench, host: HostProcess
) -> None:
    storage.send("orders", json.dumps({"number": 8, "customer": {"name": "nobody"}}))

    until(
        lambda: {"bolt packed", "nut packed"} <= set(storage.messages("packed")),
        "two answers by return value",
    )
    until(lambda: "None bought 8" in storage.blobs_in("receipts").values(), "the receipt without a customer")


def test_a_blob_client_is_bound_by_the_text_of_a_message(storage: Bench, host: HostProcess) -> None:
    storage.upload("customers", "bob.txt", "Bob")

    storage.send("lookups", "bob", "eve")

    assert storage.wait("sdk_input", blob="bob.txt")[0]["exists"] is True
    assert storage.wait("sdk_input", blob="eve.txt")[0]["exists"] is False


def test_a_binding_that_names_what_nobody_provides_fails_the_call_and_says_so(
    storage: Bench, host: HostProcess
) -> None:
    storage.send("unknown-name", "x")

    host.wait_until_printed("no value for the parameter 'nobody'")
    until(lambda: storage.messages("unknown-name-poison") == ["x"], "the poison message")


def test_http_functions_write_blobs_and_messages(storage: Bench, host: HostProcess) -> None:
    answer = httpx.post(f"{host.url}/api/hello/zoe", content=b"Dear Zoe")

    assert (answer.status_code, answer.text) == (200, "written")
    assert storage.blobs_in("letters") == {"zoe.txt": "Dear Zoe"}
    storage.wait("plain", body="rung")


def test_a_new_blob_is_found_with_its_metadata_and_the_parts_of_its_name(
    storage: Bench, host: HostProcess
) -> None:
    storage.upload("uploads", "2026/a.b.txt", "text", owner="ann")

    entry = storage.wait("uploaded", name="uploads/2026/a.b.txt")[0]

    assert (entry["length"], entry["content"], entry["metadata"]) == (4, "text", {"owner": "ann"})
    assert entry["uri"].endswith("/devstoreaccount1/uploads/2026/a.b.txt")
    until(lambda: storage.blobs_in("copies").get("2026/a.b-txt") == "TEXT", "the copy")


def test_a_blob_triggers_again_when_it_is_overwritten_and_only_then(
    storage: Bench, host: HostProcess
) -> None:
    storage.upload("uploads", "twice.txt", "one")
    storage.wait("uploaded", content="one")

    storage.upload("uploads", "twice.txt", "two")
    storage.wait("uploaded", content="two")
    storage.upload("uploads", "after.txt", "after")  # found by a later scan than the two above
    storage.wait("uploaded", content="after")

    assert len(storage.entries("uploaded", name="uploads/twice.txt")) == 2


def test_an_outdated_message_about_a_blob_or_a_function_is_passed_over(
    storage: Bench, host: HostProcess
) -> None:
    storage.upload("uploads", "newer.txt", "newer")
    storage.wait("uploaded", content="newer")
    queue = f"azure-webjobs-blobtrigger-{HOST_ID}"
    found = {"Type": "BlobTrigger", "ContainerName": "uploads", "BlobName": "newer.txt", "ETag": '"0x1"'}

    storage.send(
        queue, *(json.dumps(found | {"FunctionId": f"Host.Functions.{f}"}) for f in ("uploaded", "gone"))
    )

    host.wait_until_printed("for a function that does not exist any more")
    until(lambda: storage.messages(queue) == [], "an empty queue")
    assert len(storage.entries("uploaded", content="newer")) == 1


def test_a_blob_that_does_not_match_the_path_is_left_alone(storage: Bench, host: HostProcess) -> None:
    storage.upload("uploads", "no-extension", "quiet")
    storage.upload("uploads", "speaking.txt", "loud")

    storage.wait("uploaded", content="loud")

    assert storage.entries("uploaded", content="quiet") == []


def test_a_blob_that_always_fails_is_poison_in_the_end(storage: Bench, host: HostProcess) -> None:
    storage.upload("bad-uploads", "x", "x")

    until(lambda: len(storage.messages("webjobs-blobtrigger-poison")) == 1, "the poison message")

    poison = json.loads(storage.messages("webjobs-blobtrigger-poison")[0])
    assert (poison["FunctionId"], poison["BlobName"]) == ("Host.Functions.bad_upload", "x")
    assert len(storage.entries("bad_upload")) == 2


def test_sdk_types_open_the_triggering_blob_by_themselves(storage: Bench, host: HostProcess) -> None:
    storage.upload("sdk-uploads", "c.txt", "client")
    storage.upload("streams", "s.txt", "stream")

    assert storage.wait("sdk_trigger")[0]["content"] == "client"
    assert storage.wait("sdk_stream")[0]["content"] == "stream"


def test_the_local_event_grid_delivers_blobs_that_pass_its_filter(storage: Bench, host: HostProcess) -> None:
    storage.upload("drops", "cv.txt", "no")
    storage.upload("drops", "cv.pdf", "yes")

    assert [entry["content"] for entry in storage.wait("dropped", name="drops/cv.pdf")] == ["yes"]
    assert storage.entries("dropped", content="no") == []


def test_an_event_from_outside_triggers_whatever_blob_it_names(storage: Bench, host: HostProcess) -> None:
    storage.upload("elsewhere", "any.bin", "posted")
    url = storage.blobs.get_container_client("elsewhere").get_blob_client("any.bin").url

    answer = httpx.post(
        f"{host.url}/runtime/webhooks/blobs?functionName=Host.Functions.dropped",
        headers={"aeg-event-type": "Notification"},
        json=[{"data": {"url": url, "eTag": "0x1", "blobType": "BlockBlob"}}],
    )

    assert answer.status_code == 202
    storage.wait("dropped", name="elsewhere/any.bin")


def test_an_event_for_a_blob_that_is_gone_is_passed_over(storage: Bench, host: HostProcess) -> None:
    url = storage.blobs.get_container_client("elsewhere").get_blob_client("gone.bin").url

    httpx.post(
        f"{host.url}/runtime/webhooks/blobs?functionName=Host.Functions.dropped",
        headers={"aeg-event-type": "Notification"},
        json=[{"data": {"url": url, "eTag": "0x1", "blobType": "BlockBlob"}}],
    )

    host.wait_until_printed("blob elsewhere/gone.bin is gone")
    assert storage.entries("dropped", name="elsewhere/gone.bin") == []


def test_names_of_blobs_may_hold_any_character(storage: Bench, host: HostProcess) -> None:
    name = "ann's cv #1 50%41 +ü?.pdf"
    storage.upload("drops", name, "by event")
    storage.upload("uploads", name, "by scan")

    assert storage.wait("dropped", content="by event")[0]["name"] == f"drops/{name}"
    assert storage.wait("uploaded", content="by scan")[0]["name"] == f"uploads/{name}"


def test_events_are_to_be_sent_again_when_their_blobs_cannot_be_queued(
    storage: Bench, host: HostProcess
) -> None:
    answer = httpx.post(
        f"{host.url}/runtime/webhooks/blobs?functionName=Host.Functions.dropped",
        headers={"aeg-event-type": "Notification"},
        json=[{"data": {"url": f"http://127.0.0.1:1/devstoreaccount1/{'x' * 60}/{'y' * 70_000}"}}],
    )

    assert answer.status_code == 500  # a message of a queue holds 64 KiB
