"""An event as the trigger hands it over, in the words of its schema: the trigger knows two."""

from datetime import datetime
from typing import Any

import azure.functions as func


def in_words(event: func.EventGridEvent | func.CloudEvent) -> dict[str, Any]:
    """As it stood on the wire, so that both doors read it alike."""
    return _cloud(event) if isinstance(event, func.CloudEvent) else _grid(event)


def _cloud(event: func.CloudEvent) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": _text(event.time),
        "data": event.get_json(),
    }


def _grid(event: func.EventGridEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "topic": event.topic,
        "subject": event.subject,
        "eventType": event.event_type,
        "eventTime": _text(event.event_time),
        "data": event.get_json(),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
