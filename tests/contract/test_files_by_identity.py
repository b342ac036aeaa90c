"""Files as in Azure: over TLS, as an identity, with links signed by a key that the service lends."""

import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.adapters.azure.faults import azure_fault
from shared.adapters.blob.files import BlobFiles
from shared.adapters.blob.storage import BlobStorage
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.domain.files import Expected, FilePath, Store
from shared.ports.clock import Clock
from tests.azurite import ACCOUNT, Azurite
from tests.fakes.clock import FakeClock
from tests.fakes.identity import FakeIdentity

pytestmark = pytest.mark.azure

PDF = "application/pdf"


class TrustingStorage(BlobStorage):
    """It knows the certificate of this emulator."""

    certificate = ""

    def _options(self) -> dict[str, Any]:
        return {**super()._options(), "connection_verify": self.certificate}


@pytest.fixture(scope="module")
def secure_azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Azurite, Path]]:
    certificate, key = a_certificate(tmp_path_factory.mktemp("tls"))
    with Azurite("--oauth", "basic", "--cert", str(certificate), "--key", str(key)) as azurite:
        yield azurite, certificate


def a_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret


@pytest.fixture
async def storage(secure_azurite: tuple[Azurite, Path]) -> AsyncIterator[TrustingStorage]:
    azurite, certificate = secure_azurite
    where = f"https://127.0.0.1:{azurite.ports['blob']}/{ACCOUNT}"
    storage = TrustingStorage(where, FakeIdentity("https://storage.azure.com", minutes=60))
    storage.certificate = str(certificate)
    yield storage
    await storage.close()


def files_of(storage: BlobStorage, clock: Clock) -> BlobFiles:
    return BlobFiles(storage, Guards(clock).of("storage", azure_fault), clock)


def a_path(store: Store) -> FilePath:
    return FilePath.of(store, uuid4(), uuid4(), extension="pdf")


async def test_an_identity_keeps_files_and_its_links_work(
    storage: TrustingStorage, secure_azurite: tuple[Azurite, Path]
) -> None:
    files, path, target = files_of(storage, SystemClock()), a_path(Store.UPLOADS), a_path(Store.RESUMES)
    upload = await files.upload_link(path, PDF)
    trusted = ssl.create_default_context(cafile=str(secure_azurite[1]))
    async with httpx.AsyncClient(trust_env=False, verify=trusted) as browser:
        assert (await browser.put(upload.url, content=b"%PDF", headers=upload.headers)).status_code == 201
        again = await browser.put(upload.url, content=b"%PDF", headers=upload.headers)
        assert again.status_code in {403, 409}
        received = await files.receive(path, Expected(PDF, most_bytes=10))
        await files.move(received, target)
        read = await files.read_link(target, "cv.pdf", PDF)
        answer = await browser.get(read.url)
        forged = await browser.get(read.url.replace(target.name, a_path(Store.RESUMES).name))

    assert received.size == 4
    assert (answer.status_code, answer.content) == (200, b"%PDF")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert forged.status_code == 403


async def test_the_key_is_lent_once_and_again_before_it_ends(storage: TrustingStorage) -> None:
    clock = FakeClock(SystemClock().now())
    files, path = files_of(storage, clock), a_path(Store.RESUMES)

    async def end_of_key() -> str:
        query = parse_qs(urlsplit((await files.read_link(path, "cv.pdf", PDF)).url).query)
        assert query["spr"] == ["https"]
        assert "skoid" in query
        return query["ske"][0]

    first = await end_of_key()
    clock.advance(10 * 3600)
    second = await end_of_key()
    clock.advance(1 * 3600)
    third = await end_of_key()

    assert first == second < third
