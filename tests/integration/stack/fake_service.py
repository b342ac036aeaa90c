"""A small service for the stack to run: `fake_service.py PORT [QUIRK...]`; listens on PORT, 0 for nowhere."""

import os
import signal
import socket
import subprocess
import sys
import time


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(port: int, quirks: set[str]) -> None:
    say(f"given FIRST={os.environ.get('FIRST', 'nothing')}")
    if "stubborn" in quirks:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "family" in quirks:
        relative = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        say(f"relative {relative.pid}")
    if port:
        listener = socket.create_server(("127.0.0.1", port))
        say(f"listening on {listener.getsockname()[1]}")
    if "wordy" in quirks:
        say("a" * 100_000 + "b" * 100_000)
    if "mortal" in quirks:
        time.sleep(0.5)
        say("my last words")
        sys.exit(3)
    time.sleep(60)


if __name__ == "__main__":
    main(int(sys.argv[1]), set(sys.argv[2:]))
