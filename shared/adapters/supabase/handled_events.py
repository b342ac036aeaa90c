"""Events that were handled, through SQL functions."""

from shared.adapters.supabase.functions import Functions


class SupabaseHandledEvents:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def is_handled(self, source: str, event_id: str) -> bool:
        return bool(await self._functions.call("event_is_handled", {"source": source, "event_id": event_id}))

    async def note(self, source: str, event_id: str) -> None:
        await self._functions.call("record_event_once", {"source": source, "event_id": event_id})
