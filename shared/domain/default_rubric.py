"""The rubric of a role that says nothing of its own: what it measures, what each level looks like.

The samples are answers that reach a level, from several lines of work; by them the rubric is tested.
"""

from collections.abc import Mapping
from typing import Final

LEVELS: Final[Mapping[str, Mapping[int, str]]] = {
    "technical_skills": {
        1: "Names tools or subjects alone, and no work of their own with them.",
        2: (
            "Names work of their own with a tool or method that the role needs, without saying how it "
            "was done."
        ),
        3: (
            "Describes one piece of own work step by step, with the tool or method, and gives a reason "
            "for one choice."
        ),
        4: (
            "Describes own work step by step, explains why this solution was taken over another, and how "
            "it was tested."
        ),
        5: (
            "Does so, and names the limits and risks of what was built, a measured result, and what they "
            "would change."
        ),
    },
    "communication": {
        1: "Speaks of communication in general, or of something that was not asked.",
        2: "Touches the question with a case, in which what was explained, and to whom, stays open.",
        3: "Answers the question with one case: what had to be explained, to whom, and in which order.",
        4: (
            "Does so, explains the special terms of that case, and tells how they checked that others "
            "could follow."
        ),
        5: (
            "Does so, says how they adapted the order and the terms to those who listened, what came of "
            "it, and what they learnt."
        ),
    },
    "problem_solving": {
        1: "Names no problem, or only that it went away.",
        2: "Names a problem and something they did about it, without its cause.",
        3: "Says what the problem was, how its cause was found, and what they did about it.",
        4: "Does so with observations or figures, and compares at least two options before deciding.",
        5: (
            "Does so, tells what came of it and how that was checked, and what keeps the problem from "
            "coming back."
        ),
    },
}

SAMPLES: Final[Mapping[str, Mapping[int, tuple[str, ...]]]] = {
    "technical_skills": {
        1: (
            (
                "I am very good with computers and know all the usual tools, so I would say that I am strong "
                "technically, in various areas."
            ),
        ),
        2: (
            (
                "I used spreadsheets and a booking system at my last job, also the new one. That was fine "
                "for what we needed."
            ),
        ),
        3: (
            (
                "When our depot changed its routing tool, I built the new plan for our vans. Fixed zones "
                "were the choice because the drivers knew them. I tested it on one morning, because errors "
                "are costly, and it was usable after 2 changes."
            ),
        ),
        4: (
            (
                "In 2023 I moved our stock list from paper to a small database. I designed the tables, wrote "
                "the import and tested it with 300 items, because wrong stock had cost us sales. Counting is "
                "quicker than before."
            ),
        ),
        5: (
            (
                "Last year I rebuilt the control of our cold rooms. I designed it with two sensors per room "
                "rather than one, because a single sensor had failed twice, wrote the rules and tested them "
                "for 3 weeks beside the old ones. I compared it with a bought system, which was cheaper but "
                "could not be repaired by us. As a result spoilt goods dropped from 9 per cent to 2 per "
                "cent. Its limit is a power cut over 4 hours, and I wrote that into the manual. Next time I "
                "would have tested the alarm at night first."
            ),
        ),
    },
    "communication": {
        1: (
            (
                "I am a good communicator, people generally understand me, and I always talk to everybody, "
                "that is basically my strength in a team."
            ),
        ),
        2: (
            (
                "At my last job I wrote the minutes of our meetings, and new people had questions to me "
                "sometimes about the rules."
            ),
        ),
        3: (
            (
                "When a customer did not understand her bill, I explained the two parts of it with an "
                "example of her own month. I wrote it down for her, because it was a lot at once. She could "
                "follow it then."
            ),
        ),
        4: (
            (
                "Last spring I explained a new safety rule to 25 drivers. I started with what changes for "
                "them, because the law text lost everybody, then explained what a rest period is and "
                "listened to their questions. I wrote one page with three examples. As a result only 2 of 25 "
                "called back."
            ),
        ),
        5: (
            (
                "In 2022 I had to tell 40 families why the day care would close early. I ordered it by what "
                "they had to decide first, explained what the staffing ratio means instead of using the term "
                "alone, and asked three parents to read the letter before it went out, because I knew the "
                "matter too well. I rewrote it twice. As a result calls dropped from 30 to 4 in the first "
                "week, and 38 of 40 families answered on time. Since then we have letters read by somebody "
                "outside. I learned that my first order was the order of my worries."
            ),
        ),
    },
    "problem_solving": {
        1: (
            (
                "I am a problem solver. Usually I find a solution quickly, one should stay calm and always "
                "think positive about problems."
            ),
        ),
        2: (
            (
                "When the oven broke at the cafe, I looked at the problem and called somebody. Small things "
                "I fixed myself."
            ),
        ),
        3: (
            (
                "When our card reader kept failing, I wrote down the times of a week. It was right after the "
                "freezer started, and I found that both hung on one socket. I moved the reader, because the "
                "power was the cause."
            ),
        ),
        4: (
            (
                "Last winter our deliveries came back damaged. I compared 50 returns and found that most "
                "came from one route, then I rode along for a day. Stronger boxes were one option, another "
                "loading order the other, and the order costs nothing. I tested the new order for 4 weeks, "
                "and far fewer boxes are damaged now."
            ),
        ),
        5: (
            (
                "In 2023 our waiting list grew although we had more staff. I counted every step for two "
                "weeks, and found that 60 per cent of the time was spent waiting for one signature. I "
                "compared three options by cost and risk, and decided to let two nurses sign simple cases "
                "rather than to add a doctor, because the rules allow it. I tested it on one ward for 4 "
                "weeks. As a result waiting fell from 19 days to 7 days, and I checked 100 files to be sure "
                "that nothing was missed. Since then we have counted every month. Looking back, I should "
                "have asked the nurses first."
            ),
        ),
    },
}
