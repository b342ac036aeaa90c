"""`python -m local.host APP_DIR`: run an Azure Functions app without `func`."""

import time

_STARTED = time.monotonic()

import sys  # noqa: E402 - the clock starts before the imports

from local.host.main import main  # noqa: E402 - likewise

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], _STARTED))
