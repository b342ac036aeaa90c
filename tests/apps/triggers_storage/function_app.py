"""Queue and blob triggers and bindings; every call leaves a line in the journal."""

import asyncio
import json
import os
import time
import typing
from pathlib import Path

import azure.functions as func
from azurefunctions.extensions.bindings import blob

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
STORAGE = "AzureWebJobsStorage"


def note(function: str, **what) -> None:
    with Path(os.environ["JOURNAL"]).open("a") as journal:
        journal.write(json.dumps({"function": function, "at": time.time(), **what}, default=str) + "\n")


@app.queue_trigger("message", "Plain-%SUFFIX%", STORAGE)
def plain(message: func.QueueMessage) -> None:
    note(
        "plain",
        body=message.get_body().decode(errors="replace"),
        id=message.id,
        count=message.dequeue_count,
        receipt=message.pop_receipt,
        inserted=message.insertion_time,
        expires=message.expiration_time,
        visible=message.time_next_visible,
    )


@app.queue_trigger("message", "failing", STORAGE)
def failing(message: func.QueueMessage) -> None:
    note("failing", body=message.get_body().decode(), count=message.dequeue_count)
    raise ValueError("as ever")


@app.queue_trigger("message", "slow", STORAGE)
async def slow(message: func.QueueMessage) -> None:
    body = message.get_body().decode()
    note("slow", body=body, count=message.dequeue_count, step="begins")
    await asyncio.sleep(float(body.split()[0]))
    note("slow", body=body, step="ends")


@app.queue_trigger("order", "orders", STORAGE)
@app.blob_input("customer", "customers/{customer.name}.txt", STORAGE)
@app.blob_output("receipt", "receipts/{datetime:yyyy}/{number}-{rand-guid:N}.txt", STORAGE)
@app.queue_output("parts", "Parts", STORAGE)
def orders(
    order: func.QueueMessage,
    customer: func.InputStream,
    receipt: func.Out[str],
    parts: func.Out[typing.List[str]],  # noqa: UP006 - the worker refuses Out[list[str]]
) -> None:
    found = customer.read().decode() if customer else None
    receipt.set(f"{found} bought {order.get_json()['number']}")
    parts.set(["bolt", "nut"])


@app.queue_trigger("part", "parts", STORAGE)
@app.queue_output("$return", "packed", STORAGE)
def pack(part: func.QueueMessage) -> str:
    return f"{part.get_body().decode()} packed"


@app.queue_trigger("name", "lookups", STORAGE)
@app.blob_input("thing", "customers/{queueTrigger}.txt", STORAGE)
def sdk_input(name: func.QueueMessage, thing: blob.BlobClient) -> None:
    note("sdk_input", blob=thing.blob_name, exists=thing.exists())


@app.queue_trigger("message", "unknown-name", STORAGE)
@app.blob_output("out", "receipts/{nobody}.txt", STORAGE)
def unknown_name(message: func.QueueMessage, out: func.Out[str]) -> None:
    out.set("never written")


@app.blob_trigger("upload", "uploads/{name}.{ext}", STORAGE)
@app.blob_output("copy", "copies/{name}-{ext}", STORAGE)
def uploaded(upload: func.InputStream, copy: func.Out[bytes]) -> None:
    content = upload.read()
    note(
        "uploaded",
        name=upload.name,
        length=upload.length,
        uri=upload.uri,
        metadata=upload.metadata,
        kind=upload.blob_properties["ContentType"],
        content=content.decode(errors="replace"),
    )
    copy.set(content.upper())


@app.blob_trigger("upload", "bad-uploads", STORAGE)
def bad_upload(upload: func.InputStream) -> None:
    note("bad_upload", name=upload.name)
    raise ValueError("not again")


@app.blob_trigger("upload", "slow-uploads/{name}", STORAGE)
async def slow_upload(upload: func.InputStream) -> None:
    note("slow_upload", name=upload.name, step="begins")
    await asyncio.sleep(2.5)
    note("slow_upload", name=upload.name, step="ends")


@app.blob_trigger("client", "sdk-uploads/{name}", STORAGE)
def sdk_trigger(client: blob.BlobClient) -> None:
    note("sdk_trigger", name=client.blob_name, content=client.download_blob().readall().decode())


@app.blob_trigger("download", "streams/{name}", STORAGE)
def sdk_stream(download: blob.StorageStreamDownloader) -> None:
    note("sdk_stream", content=download.readall().decode())


@app.blob_trigger("upload", "drops/{name}.pdf", STORAGE, source=func.BlobSource.EVENT_GRID)
def dropped(upload: func.InputStream) -> None:
    note("dropped", name=upload.name, content=upload.read().decode())


@app.route("hello/{who}", methods=["POST"])
@app.blob_output("letter", "letters/{who}.txt", STORAGE)
@app.queue_output("bell", "plain-%SUFFIX%", STORAGE)
def hello(req: func.HttpRequest, letter: func.Out[str], bell: func.Out[str]) -> str:
    letter.set(req.get_body().decode())
    bell.set("rung")
    return "written"
