"""The people of the load mix, for Locust: `locust -f tests/load/mix.py --headless`.

A process of its own, as gevent replaces the sockets of all of it. Whom it finds and where it writes
what it saw is told by two variables. Each call has the statuses that it may be answered with; limits
are kept by waiting, except by those who are hasty on purpose.
"""

import os
import random
import time
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import gevent  # type: ignore[import-untyped]
from locust import FastHttpUser, User, between, constant, events

from shared.domain import rate_limits as limits
from shared.domain.rate_limits import RateClass
from tests.load import records
from tests.load.pace import Pace
from tests.load.people import CV, World
from tests.load.records import OF_CANDIDATES, OF_STAFF, Call, Part, Route

WORLD: Final = World.read(Path(os.environ["LOAD_WORLD"]))
RECORDS: Final = Path(os.environ["LOAD_RECORDS"])
TAKEN: Final = RECORDS.open("w", encoding="utf-8", buffering=1)
INVITED: Final = iter(WORLD.invited)
STAFF: Final = cycle(WORLD.staff)
WITHIN: Final = 60.0
CHANCE: Final = random.Random(WORLD.seed)  # noqa: S311 - drawn again from the seed
BOUNDARY: Final = "one-cv"
FORM: Final = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="cv.txt"\r\n'
    f"Content-Type: text/plain\r\n\r\n{CV}\r\n--{BOUNDARY}--\r\n"
).encode()
ANSWERS: Final = (
    "I have written payment services in Python for four years, mostly alone on the database side.",
    "In March checkouts were slow. I found a missing index, added it on a copy and measured again.",
    "I weighed a queue against a cron job, chose the queue, and wrote a check that tells when it grows.",
    "I once shipped without a way back. It broke, I stayed until it was mended, and wrote a checklist.",
)
LIMITS: Final[Mapping[Route, tuple[RateClass, ...]]] = {
    Route.CHAT: (RateClass.DEFAULT, RateClass.AI_OPERATION, RateClass.CHAT_TURN),
    Route.START: (RateClass.DEFAULT,),
    Route.SPEECH: (RateClass.DEFAULT, RateClass.TOKEN_GENERATION, RateClass.SPEECH_TOKEN),
    Route.PARSE: (RateClass.DEFAULT, RateClass.AI_OPERATION, RateClass.RESUME_PARSE),
    Route.SCORE: (RateClass.DEFAULT, RateClass.AI_OPERATION, RateClass.SCORE),
    Route.LIST: (RateClass.DEFAULT,),
    Route.DOWNLOAD: (RateClass.DEFAULT,),
}

TOO_MANY: Final = limits.LIMITS[RateClass.SPEECH_TOKEN].capacity + 2

random.seed(WORLD.seed)  # by which Locust draws its tasks and pauses, too


@events.request.add_listener  # type: ignore[untyped-decorator]
def take_down(
    name: str,
    response_time: float,
    exception: BaseException | None,
    context: Mapping[str, Any],
    start_time: float,
    response: Any,
    **_: object,
) -> None:
    call = Call(
        at=start_time,
        route=Route(name),
        part=context["part"],
        ms=response_time,
        status=getattr(response, "status_code", 0) or 0,
        fault=str(exception) if exception else None,
        turn=context.get("turn") if exception is None else None,
    )
    records.write([call], TAKEN)


@events.user_error.add_listener  # type: ignore[untyped-decorator]
def give_up(user_instance: User, **_: object) -> None:
    """A fault of ours, and none of the product: what was seen is worth nothing."""
    user_instance.environment.process_exit_code = 3


class Caller(FastHttpUser):
    abstract = True
    host = WORLD.url
    connection_timeout = network_timeout = WITHIN
    part = Part.MIX
    token: str
    pace: Pace

    def is_somebody(self, token: str) -> None:
        self.token, self.pace = token, Pace(time.monotonic)

    def ask(
        self,
        route: Route,
        path: str,
        *,
        expected: int = 200,
        part: Part | None = None,
        turn: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> Any:
        """What it was answered; None if that was nothing to go on with."""
        proof = {} if route in {Route.HEALTH, Route.FILE} else {"Authorization": f"Bearer {self.token}"}
        if self.part is not Part.HASTY:
            gevent.sleep(self.pace.seconds(LIMITS.get(route, ())))
        with self.client.request(
            route.split(" ", 1)[0],
            path,
            name=route.value,
            headers=proof | dict(headers or {}),
            catch_response=True,
            allow_redirects=False,
            context={"part": part or self.part, "turn": turn},
            **sent,
        ) as answer:
            if answer.status_code == expected:
                answer.success()
                return answer
            if answer.status_code == 429 and self.part is Part.HASTY:
                _judge_refusal(answer)
                return None
            answer.failure(f"{answer.status_code or 'no answer'} {_code(answer)}")
            return None


def _judge_refusal(answer: Any) -> None:
    after = answer.headers.get("Retry-After", "")
    if after.isdigit() and int(after) >= 1 and _code(answer) == "rate_limited":
        answer.success()
    else:
        answer.failure(f"429 with Retry-After {after!r} and code {_code(answer)!r}")


def _code(answer: Any) -> str:
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return str(answer.error or "without a problem")


class Candidate(Caller):
    weight = sum(OF_CANDIDATES.values())
    wait_time = between(*WORLD.thinking)
    interview_id: str
    is_over: bool

    def on_start(self) -> None:
        self._begin(Part.BESIDE)

    def chat(self) -> None:
        if self.is_over:
            self._begin(Part.BESIDE)
        turn_id = str(uuid4())
        body = {"interview_id": self.interview_id, "message": CHANCE.choice(ANSWERS), "turn_id": turn_id}
        told = self.ask(Route.CHAT, "/api/v1/interview/chat", json=body, turn=(self.interview_id, turn_id))
        self.is_over = told is None or told.json()["progress"]["finished"]

    def take_speech_token(self) -> None:
        self.ask(Route.SPEECH, "/api/v1/speech/token", json={})

    def parse(self) -> None:
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        self.ask(Route.PARSE, "/api/v1/resume/parse", data=FORM, headers=kind)

    def begin_another(self) -> None:
        self._begin(Part.MIX)

    def look_at_health(self) -> None:
        self.ask(Route.HEALTH, "/health")

    def _begin(self, part: Part) -> None:
        """Leave the talk where it is, and be somebody else, with an interview that nobody has begun."""
        person = next(INVITED)  # nobody is left: `give_up`
        self.is_somebody(person.token)
        self.interview_id = person.interview_id
        path = f"/api/v1/interview/{person.interview_id}/start"
        self.is_over = self.ask(Route.START, path, json={}, part=part) is None

    tasks = {  # type: ignore[assignment]  # noqa: RUF012 - as Locust wants them
        chat: OF_CANDIDATES[Route.CHAT],
        take_speech_token: OF_CANDIDATES[Route.SPEECH],
        parse: OF_CANDIDATES[Route.PARSE],
        begin_another: OF_CANDIDATES[Route.START],
        look_at_health: OF_CANDIDATES[Route.HEALTH],
    }


class Staff(Caller):
    weight = sum(OF_STAFF.values())
    wait_time = between(*WORLD.thinking)

    def on_start(self) -> None:
        self.is_somebody(next(STAFF))

    def score(self) -> None:
        self.ask(Route.SCORE, f"/api/v1/interview/{CHANCE.choice(WORLD.scored)}/score", json={})

    def list_applications(self) -> None:
        self.ask(Route.LIST, f"/api/v1/job-roles/{WORLD.job_role_id}/applications")

    def download(self) -> None:
        path = f"/api/v1/recordings/{CHANCE.choice(WORLD.recordings)}/download"
        link = self.ask(Route.DOWNLOAD, path, expected=302)
        if link is not None:
            self.ask(Route.FILE, link.headers["location"], part=Part.BESIDE)

    tasks = {  # type: ignore[assignment]  # noqa: RUF012 - as Locust wants them
        score: OF_STAFF[Route.SCORE],
        list_applications: OF_STAFF[Route.LIST],
        download: OF_STAFF[Route.DOWNLOAD],
    }


class HastyCandidate(Caller):
    """Takes more tokens than there are for one person: at first all at once, then one after the other."""

    fixed_count = 1
    part = Part.HASTY
    wait_time = constant(WORLD.hasty_every)

    def on_start(self) -> None:
        self.is_somebody(next(INVITED).token)
        gevent.joinall([gevent.spawn(self.take_speech_token) for _ in range(TOO_MANY)])

    def take_speech_token(self) -> None:
        self.ask(Route.SPEECH, "/api/v1/speech/token", json={})

    tasks = [take_speech_token]  # noqa: RUF012 - as Locust wants them


class HastyStaff(Caller):
    """Asks for more scores than one person may."""

    fixed_count = 1
    part = Part.HASTY
    wait_time = constant(WORLD.hasty_every)

    def on_start(self) -> None:
        self.is_somebody(next(STAFF))

    def score(self) -> None:
        self.ask(Route.SCORE, f"/api/v1/interview/{WORLD.scored[0]}/score", json={})

    tasks = [score]  # noqa: RUF012 - as Locust wants them
