"""One certificate authority in place of all, as nothing that tests ask is asked over TLS.

Every HTTP client reads the authorities when it is made, which takes twenty milliseconds and more for the
usual hundred and fifty; the tests, and the processes that they start, make clients by the thousand.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import certifi

VARIABLE = "SSL_CERT_FILE"
LAST_LINE = "-----END CERTIFICATE-----\n"


def one_for_this_run() -> Callable[[], None]:
    """Name a file of a single one in the environment, where workers and children look; give what ends it."""
    first, last_line, _ = Path(certifi.where()).read_text(encoding="utf-8").partition(LAST_LINE)
    folder = Path(tempfile.mkdtemp(prefix="talenti-authority-"))
    file = folder / "one.pem"
    file.write_text(first + last_line, encoding="utf-8")
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(file)

    def end() -> None:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
        shutil.rmtree(folder)

    return end
