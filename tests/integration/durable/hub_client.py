"""Talks to the management API of a host process as any HTTP client would."""

import time
from typing import Any

import httpx

FINISHED = {"Completed", "Failed", "Terminated"}


class HubClient:
    """Starts, tells and reads orchestrations over HTTP."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60.0)
        self.root = "/runtime/webhooks/durabletask"

    def close(self) -> None:
        self.http.close()

    def start(self, name: str, data: Any = None, instance_id: str | None = None) -> str:
        path = f"{self.root}/orchestrators/{name}" + (f"/{instance_id}" if instance_id else "")
        response = self.http.post(path, json=data)
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    def run(self, name: str, data: Any = None, timeout: float = 20.0) -> Any:
        """Start, wait for a good end and give the output."""
        status = self.ended(self.start(name, data), timeout)
        assert status["runtimeStatus"] == "Completed", status
        return status["output"]

    def status(self, instance_id: str, **parameters: Any) -> dict[str, Any]:
        response = self.http.get(f"{self.root}/instances/{instance_id}", params=parameters)
        assert response.status_code in {200, 202}, f"{response.status_code} {response.text}"
        content: dict[str, Any] = response.json()
        return content

    def ended(self, instance_id: str, timeout: float = 20.0) -> dict[str, Any]:
        return self.until(instance_id, *FINISHED, timeout=timeout)

    def until(self, instance_id: str, *statuses: str, timeout: float = 20.0) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while (status := self.status(instance_id))["runtimeStatus"] not in statuses:
            assert time.monotonic() < deadline, f"not {statuses} in time: {status}"
            time.sleep(0.02)
        return status

    def tell(self, instance_id: str, operation: str, data: Any = None, **parameters: Any) -> httpx.Response:
        path = f"{self.root}/instances/{instance_id}/{operation}"
        is_event = operation.lower().startswith("raiseevent")
        return (
            self.http.post(path, params=parameters, json=data)
            if is_event
            else self.http.post(path, params=parameters)
        )

    def history(self, instance_id: str) -> list[dict[str, Any]]:
        status = self.status(instance_id, showHistory="true", showHistoryOutput="true")
        return list(status["historyEvents"] or [])

    def entity(self, name: str, key: str) -> Any:
        response = self.http.get(f"{self.root}/entities/{name}/{key}")
        return response.json() if response.status_code == 200 else None

    def entity_becomes(self, name: str, key: str, value: Any, timeout: float = 10.0) -> None:
        deadline = time.monotonic() + timeout
        while (found := self.entity(name, key)) != value:
            assert time.monotonic() < deadline, f"{name}/{key} is {found!r}, not {value!r}"
            time.sleep(0.02)

    def client(self, what: str, instance_id: str, data: Any = None) -> httpx.Response:
        """Let the lab app use its durable client, over gRPC."""
        return self.http.post(f"/api/client/{what}/{instance_id}", json=data)
