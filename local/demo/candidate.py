"""The candidate of the demo: a backend engineer who answers what is asked.

It hears only what the interviewer says. Its first answer to a question about tests is short on
purpose, so that the interviewer has something to ask about.
"""

import re
from dataclasses import dataclass, field
from typing import Final

NAME: Final = "Kim Taylor"


CV: Final = f"""{NAME}
kim.taylor@example.org
+61 400 000 000

Summary
Backend engineer who looks after services that take bookings and payments.

Experience
Senior Software Engineer, Blue Wren Travel
March 2021 - present
- Took a test suite from eleven minutes to three
- Found the index that checkouts lacked, and measured before and after

Software Engineer, Harbour Payments
July 2018 - February 2021
- Wrote the service that settles payments at night

Education
Bachelor of Computer Science, University of Sydney, 2014 - 2017

Skills
Python, PostgreSQL, pytest, FastAPI, Docker
"""


@dataclass(frozen=True, slots=True)
class Story:
    """What is told when a question is about this."""

    about: str
    text: str


STORIES: Final = (
    Story(
        r"yourself|prepares you|background|introduc",
        "I have written backend services in Python for six years, most of it around bookings and "
        "payments. In my current team I look after a FastAPI service with PostgreSQL that takes "
        "about four million requests a day, and I started the group that works on its tests and its "
        "response times.",
    ),
    Story(
        r"fixture|integration tests need a database",
        "I keep one engine for the whole test session in conftest, and every test runs in a "
        "transaction that is rolled back at the end, so tests cannot see each other's rows. The "
        "fixture yields the session and cleans up after the yield. That took our suite from eleven "
        "minutes to three.",
    ),
    Story(
        r"unittest|pytest|kinds of tests|test",
        "I prefer pytest.",
    ),
    Story(
        r"asyncio|event loop|global interpreter",
        "I turn on the debug mode of asyncio, because it names callbacks that are slow and "
        "coroutines that nobody awaited. I give tasks names and log the request id in each of them. "
        "Twice the cause was a blocking call inside a coroutine.",
    ),
    Story(
        r"lands on your desk|proven cause|fault|debug|cause",
        "First I make it happen again on my machine, with the request from the log. Then I read the "
        "traceback from the bottom, form one hypothesis and test it with a breakpoint. Last month "
        "that led to a time zone bug: a naive date from an import. I fixed it, wrote a regression "
        "test and added a type.",
    ),
    Story(
        r"search them|records|log",
        "We write one JSON line per event with the request id, never personal data, and ship them "
        "from standard output. INFO says what happened, WARNING what we coped with, ERROR what "
        "somebody must look at. That cut the time to find a cause from hours to about ten minutes.",
    ),
    Story(
        r"lose time or memory|bottleneck|remedy|profil|slow|faster|speed|performance",
        "I measure first, with cProfile on a staging copy or with traces from production. Last "
        "autumn a list took seven seconds: the trace showed two hundred queries for one page, so it "
        "was a query per row. I loaded the rows eagerly, added an index on the foreign key, and it "
        "went down to 180 milliseconds.",
    ),
    Story(
        r"nobody (had )?asked|not yours|took on a problem",
        "Our deployments failed about once a week and nobody owned that. I decided to keep a list "
        "for a month, found that most failures came from one migration step, and I wrote a check "
        "that runs before the release. Since then we have had two failed deployments in half a "
        "year.",
    ),
    Story(
        r"disagree",
        "I disagreed with moving everything to microservices in one quarter. I raised it with our "
        "lead, and brought the figures: three of eleven teams were ready. She had a point too, the "
        "old build was slow. In the end we split one service first, and I supported the plan.",
    ),
    Story(
        r"more to do than|what came first|deadline",
        "Before a release I had three urgent tasks. I asked what each would cost if it came a week "
        "later, told marketing early that the export would wait, and finished the payment fix and "
        "the migration on time. The export came four days later, as agreed.",
    ),
    Story(
        r"feedback|did not work out|mistake",
        "A colleague told me that my reviews were hard to take, because I only wrote what was "
        "wrong. At first that hurt. I changed it: I begin with what I understood, and I ask before "
        "I demand. Two months later she said that she looks forward to them.",
    ),
    Story(
        r"unclear|changed on the way|give up",
        "We were asked for a dashboard and nobody could say for whom. I talked to four people who "
        "would use it, built a first version in two days and watched them. It turned out that they "
        "needed an alert and no dashboard, so we built that instead.",
    ),
    Story(
        r"did you do yourself|your own part|part of that|steps did you take",
        "I wrote the first version myself over two days, measured it, and then paired with a "
        "colleague so that two of us understood it before it went live.",
    ),
    Story(
        r"best argument|other side|convince them",
        "Her best argument was that our build took forty minutes and every team waited for it. That was "
        "true, so we measured it together and cut it to nine before we split anything.",
    ),
    Story(
        r"how did you know|how do you know|worked",
        "I compared two weeks before with two weeks after: the slowest five per cent of requests went from "
        "four seconds to three hundred milliseconds, and the calls to support about it stopped.",
    ),
    Story(
        r"nearly done|not talked about|questions about the role|would like the people",
        "I would like to know how the team decides what to build next. Thank you for the conversation.",
    ),
)
ANYTHING: Final = (
    "The best example is our booking service. I found that a nightly job locked a table for forty "
    "minutes, so I split it into batches of a thousand rows and measured again. The lock went down "
    "to under a second, and the complaints of the night shift stopped."
)
KNOWN_OPTIONS: Final = ("pytest", "s", "threading", "info", "fixtures", "cprofile")
OPTION: Final = re.compile(r"^([A-F])\) (.+)$", re.MULTILINE)


@dataclass
class Candidate:
    """Answers the last question it heard; never the same story twice."""

    told: set[Story] = field(default_factory=set)

    def answer(self, heard: str) -> str:
        if options := OPTION.findall(heard):
            letter = next(
                (letter for letter, text in options if text.lower() in KNOWN_OPTIONS), options[0][0]
            )
            return f"I would take {letter}."
        sentences = re.split(r"(?<=[.?!])\s+", heard)
        # the question stands at the end: look at the last sentence first, then at more
        for place in reversed(range(len(sentences))):
            asked = " ".join(sentences[place:])
            for story in STORIES:
                if story not in self.told and re.search(story.about, asked, re.IGNORECASE):
                    self.told.add(story)
                    return story.text
        return ANYTHING
