"""Asks a service whether it can be used yet."""

import http.client
import socket
from urllib.parse import urlsplit

PATIENCE = 2.0  # seconds for one answer


def answers(address: str) -> bool:
    """Say whether `tcp://host:port` accepts a connection, or `http://...` answers without a server error."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 80
    return _accepts(host, port) if parts.scheme == "tcp" else _responds(host, port, parts.path or "/")


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=PATIENCE):
            return True
    except OSError:
        return False


def _responds(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
