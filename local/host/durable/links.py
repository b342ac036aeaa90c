"""The URLs under which an orchestration is managed: in answers and in the client binding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

PLACEHOLDER = "INSTANCEID"
_CONNECTION = "Storage"
_MESSAGE_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Links:
    """Where the management API of this host stands; `root` is its URL without a final slash."""

    root: str
    hub_name: str
    system_key: str

    @property
    def query(self) -> str:
        hub = quote_plus(self.hub_name)
        return f"taskHub={hub}&connection={_CONNECTION}&code={quote_plus(self.system_key)}"

    def management(self, instance_id: str, root: str | None = None) -> dict[str, str]:
        """Give the links of one instance; `root` replaces where the client sees this host."""
        instance = f"{root or self.root}/instances/{quote(instance_id, safe='')}"
        query = self.query
        return {
            "id": instance_id,
            "statusQueryGetUri": f"{instance}?{query}",
            "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}?{query}",
            "terminatePostUri": f"{instance}/terminate?reason={{text}}&{query}",
            "rewindPostUri": f"{instance}/rewind?reason={{text}}&{query}",
            "purgeHistoryDeleteUri": f"{instance}?{query}",
            "restartPostUri": f"{instance}/restart?{query}",
            "suspendPostUri": f"{instance}/suspend?reason={{text}}&{query}",
            "resumePostUri": f"{instance}/resume?reason={{text}}&{query}",
        }

    def client_binding(self, grpc_port: int) -> str:
        """Give the value of a durableClient input: constant, since clients are cached by it."""
        start = f"{self.root}/orchestrators/{{functionName}}[/{{instanceId}}]"
        key = f"code={quote_plus(self.system_key)}"
        wait = "timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}"
        return json.dumps(
            {
                "taskHubName": self.hub_name,
                "connectionName": _CONNECTION,
                "creationUrls": {
                    "createNewInstancePostUri": f"{start}?{key}",
                    "createAndWaitOnNewInstancePostUri": f"{start}?{wait}&{key}",
                },
                "managementUrls": self.management(PLACEHOLDER),
                "baseUrl": self.root,
                "httpBaseUrl": self.root,
                "requiredQueryStringParameters": self.query,
                "rpcBaseUrl": f"http://127.0.0.1:{grpc_port}",
                "grpcHttpClientTimeout": "00:01:40",
                "maxGrpcMessageSizeInBytes": _MESSAGE_LIMIT,
            }
        )
