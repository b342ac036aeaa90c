"""Storage, mail, documents, sockets and announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.acs.mailer import AcsMailer
from shared.adapters.acs.resource import Resource
from shared.adapters.azure.faults import azure_fault
from shared.adapters.blob.files import BlobFiles
from shared.adapters.blob.storage import BlobStorage
from shared.adapters.documents.embedded import EmbeddedReader
from shared.adapters.documents.fallback import DocumentReaderWithFallback
from shared.adapters.documents.intelligence import DocumentIntelligenceReader
from shared.adapters.event_grid.announcements import EventGridAnnouncements, NoAnnouncements
from shared.adapters.pubsub.push import WebPubSub
from shared.adapters.pubsub.webhook import WebPubSubWebhook

if TYPE_CHECKING:
    from shared.bootstrap import Services
    from shared.ports.announcements import Announcements
    from shared.ports.document_text import DocumentReader
    from shared.ports.files import Files
    from shared.ports.mailer import Mailer
    from shared.ports.push import Push, PushWebhook


class Cloud:
    def __init__(self, services: Services) -> None:
        self._services = services

    def communication(self) -> Resource:
        return Resource.parse(self._services.settings.communication.connection, self._services.credentials)

    def mailer(self) -> Mailer:
        sender = self._services.settings.communication.sender_address
        return AcsMailer(self._services.communication, sender, self._services.guards.of("mail", azure_fault))

    def storage(self) -> BlobStorage:
        settings = self._services.settings.storage
        return BlobStorage(
            settings.blob_service_url, self._services.credentials, self._services.settings.http.cors_origins
        )

    def files(self) -> Files:
        return BlobFiles(
            self._services.storage, self._services.guards.of("storage", azure_fault), self._services.clock
        )

    def documents(self) -> DocumentReader:
        embedded = self._services.embedded_documents
        if self._services.document_intelligence is None:
            return embedded
        return DocumentReaderWithFallback(self._services.document_intelligence, embedded)

    def embedded_documents(self) -> DocumentReader:
        return EmbeddedReader()

    def document_intelligence(self) -> DocumentIntelligenceReader | None:
        settings = self._services.settings.documents
        if settings.endpoint is None:
            return None
        guarded = self._services.guards.of("documents", azure_fault)
        return DocumentIntelligenceReader(
            settings.endpoint, settings.key, self._services.credentials, guarded
        )

    def push(self) -> Push:
        settings = self._services.settings.push
        guarded = self._services.guards.of("push", azure_fault)
        return WebPubSub(
            settings.endpoint,
            settings.hub,
            settings.key,
            self._services.credentials,
            guarded,
            self._services.clock,
        )

    def push_webhook(self) -> PushWebhook:
        settings = self._services.settings.push
        return WebPubSubWebhook(settings.endpoint, settings.hub, settings.key, settings.webhook_secret)

    def announcements(self) -> Announcements:
        settings, source = self._services.settings.events, self._services.settings.addresses.api
        if settings.endpoint is None:
            return NoAnnouncements()
        guarded = self._services.guards.of("events", azure_fault)
        return EventGridAnnouncements(
            settings.endpoint, source, settings.key, self._services.credentials, guarded
        )
