"""What people may not be judged by is refused, and the words of the trade are let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.fair_criteria import concerns, vagueness
from shared.domain.unfair_words import Ground

REFUSED = {
    Ground.SPEECH: [
        "Speaks in a pleasant tone",
        "Tone of voice",
        "Has no accent",
        "Strongly accented English counts against",
        "Clear pronunciation",
        "Well-spoken",
        "Is articulate",
        "Speaks fluently and without hesitation",
        "Fluent English",
        "Uses few filler words",
        "Clear and pleasant telephone manner",
        "Sounds professional",
        "Does not hesitate when answering",
        "Speaks at a good pace",
        "Long pauses before answers",
        "Says um a lot",
        "Articulate",
        "Speaks without stumbling",
        "Talks with authority",
        "Good on camera",
    ],
    Ground.EMOTION: [
        "Emotional intelligence",
        "Does not seem nervous",
        "Keeps a cheerful mood",
        "A calm demeanour",
        "Thick skin",
        "Not easily upset",
    ],
    Ground.ENTHUSIASM: [
        "Enthusiasm",
        "Answers enthusiastically",
        "Passionate about the product",
        "Shows excitement for the role",
        "Energetic",
        "Eagerness to learn",
        "Highly motivated",
        "Upbeat",
        "Good energy",
        "Motivated self-starter",
        "Loves a challenge",
        "Lives and breathes the brand",
    ],
    Ground.CONFIDENCE: [
        "Confidence",
        "Speaks confidently",
        "Has confidence in themselves",
        "Self-assured manner",
        "Assertiveness",
        "Self-confident",
        "Over-confident",
        "Projects confidence in front of clients",
        "Has confidence in their own voice",
    ],
    Ground.APPEARANCE: [
        "Professional appearance",
        "Well-groomed",
        "Makes eye contact",
        "Smiles",
        "Good body language",
        "Executive presence",
        "Dresses smartly",
        "Well presented",
        "Presents well",
        "Impeccable personal presentation",
        "Photogenic",
        "Looks trustworthy",
    ],
    Ground.VOCABULARY: ["Rich vocabulary", "Uses sophisticated language"],
    Ground.FIT: [
        "Culture fit",
        "Cultural-fit",
        "Fits into our team",
        "Pleasant personality",
        "Team player",
        "Positive attitude",
        "Likeable",
        "Outgoing",
        "Vibes with the team",
        "Would be great to have a beer with",
        "Same mindset as the founders",
        "Somebody we would like to work with",
        "Good sense of humour",
        "Plays well with others",
    ],
    Ground.PAY: ["Salary expectations", "Expected pay", "Compensation demands are reasonable"],
    Ground.AGE: [
        "Young and dynamic",
        "Age",
        "Digital native",
        "How old are you?",
        "Recent graduates preferred",
        "Youthful outlook",
        "No one over 50",
        "Aged between 25 and 35",
        "Mature candidate",
        "Ideal for a school leaver",
        "Less than ten years to retirement",
        "What year did you graduate?",
    ],
    Ground.SEX: [
        "Male",
        "A strong man for the warehouse",
        "Gender",
        "Feminine style",
        "Salesman",
        "Waitress wanted",
        "Suits a mum",
    ],
    Ground.FAMILY: [
        "Not pregnant",
        "Do you plan to have children?",
        "Do you want to start a family?",
        "Marital status",
        "Are you married?",
        "Childcare arrangements",
        "Has no young kids",
        "Are you single?",
        "Stable home life",
        "Partner is supportive of long hours",
        "Childcare issues",
    ],
    Ground.RELIGION: ["Religious beliefs", "Is a Christian", "Which church do you attend?", "Prays"],
    Ground.ORIGIN: [
        "Race",
        "Ethnicity",
        "Nationality",
        "Native speaker",
        "Where are you from?",
        "Country of origin",
        "Australian citizenship",
        "Is an Australian citizen",
        "Cultural background",
        "Where were you born",
        "English as a first language",
        "Not on a visa",
        "No visa holders",
        "Of Anglo-Saxon background",
        "Easy to pronounce name",
        "Locals only",
        "Indian developers excluded",
        "Must be Chinese",
        "Prefers Aussies",
        "Went to a private school",
        "From a good family",
        "Born and bred in Australia",
        "Where did you grow up?",
    ],
    Ground.DISABILITY: [
        "Has no disability",
        "Disabilities",
        "Able-bodied",
        "Are you disabled?",
        "Is not deaf",
        "Autistic",
        "Perfect hearing",
        "Good eyesight",
    ],
    Ground.HEALTH: [
        "Good health",
        "Healthy",
        "Few sick days",
        "Medical history",
        "Physically fit",
        "Non-smoker",
        "Mental illness",
        "No medical issues",
        "No mental health problems",
        "No workers' compensation history",
        "Have you ever made a workers' compensation claim?",
    ],
    Ground.ORIENTATION: ["Sexual orientation", "Gay", "Heterosexuality"],
    Ground.POLITICS: ["Political opinions", "Who did you vote for?", "Left-wing", "Voted the right way"],
    Ground.UNION: ["Union membership", "Member of a trade union", "Unionised workers excluded", "Unions"],
}
LET_THROUGH = [
    "Explains confidence intervals to laypeople",
    "Reads a 95% confidence level correctly",
    "Calibrates the confidence scores of a model",
    "Builds confidence in the release by tests",
    "Deploys changes to production with confidence through canaries",
    "Implements tone mapping for HDR images",
    "Writes in the brand's tone of voice",
    "Chooses accent colours with enough contrast",
    "Handles accented characters in names",
    "Uses union types and generics in TypeScript",
    "Knows when UNION ALL beats UNION DISTINCT",
    "Implements union-find with path compression",
    "Explains discriminated unions",
    "Negotiates with trade unions on rosters",
    "Finds race conditions with a race detector",
    "Explains data races between two threads",
    "Makes pages accessible to people with disabilities",
    "Tests with screen readers and users with visual impairments",
    "Adds health checks and readiness probes",
    "Monitors the health of the cluster",
    "Keeps patients' health records safe",
    "Knows work health and safety duties",
    "Keeps healthy disagreements about the facts",
    "Uses eager loading where it saves queries",
    "Tunes Apache Spark jobs",
    "Writes fluent APIs",
    "Explains inflection points of a curve",
    "Knows what a man-in-the-middle attack is",
    "Writes man pages",
    "Chooses max-age for cached answers",
    "Evicts entries by the age of the data",
    "Explains young generation collection",
    "Explains how a node without children is drawn",
    "Handles child processes that die",
    "Configures CORS for cross-origin requests",
    "Uses foreign keys and object-oriented design",
    "Treats functions as first-class citizens",
    "Acts in good faith towards suppliers",
    "Knows Church-Turing and lambda calculus",
    "Explains compensation actions in a saga",
    "Implements salary calculation by award",
    "Builds payroll and payment services",
    "Maintains a controlled vocabulary",
    "Explains the vocabulary of the tokeniser",
    "Keeps the appearance of the page stable while it loads",
    "Recognises swipe gestures",
    "Debugs TLS handshakes",
    "Improves the security posture",
    "Uses gender-neutral language in interfaces",
    "Navigates office politics by naming interests openly",
    "Votes for leaders in a Raft cluster",
    "Explains impairment testing of goodwill",
    "Chooses a colour-blind safe palette",
    "Resolves ill-formed input with clear errors",
    "Plans lessons for children aged eight",
    "Refines the backlog before planning",
    "Explains storage engines, pages and packages",
    "Names causes, compares options, and gives reasons",
    "Describes how a decision was made and what came of it",
    "Gives an example of feedback that changed the work",
    "Explains own work",
    "Is easy to follow",
    "Finds causes",
    "Orders facts by importance",
    "Motivates a design by its constraints",
    "Explains stress tests and load tests",
    "Escapes formula cells",
    "Uses font families and variable fonts",
    "Sells to hospitals, schools and councils",
    "Manages pretty-printing of logs",
    "Explains what Spark does well and badly",
    "Finds races in concurrent code",
    "Answers the letters of citizens in plain words",
    "Cares for new mothers and their babies",
    "Takes bold decisions back when facts change",
    "Runs the services of a council for its citizens",
    "Knows the duty of care towards young people",
    "Runs workshops for Aboriginal and Torres Strait Islander communities",
    "Negotiates enterprise agreements with the union",
    "Explains award wages and payroll tax",
    "Adjusts the tone of a message to its reader",
    "Designs gestures for a touch interface",
    "Plans parental leave cover with the team",
    "Explains parental leave entitlements to staff",
    "Handles a report of sexual harassment by the policy",
    "Explains disability discrimination law",
    "Prepares salary benchmarks from market data",
    "Runs the events of a church charity with its church hall",
    "Leads age-appropriate activities in a kindergarten",
    "Cares for children with autism using visual schedules",
    "Assists women in labour as a midwife",
    "Reports on parliamentary politics with two sources",
    "Explains the history of trade unions",
    "Teaches the syllabus of religious education",
    "Translates for migrants and refugees",
    "Coaches the women's football team",
    "Explains how to age cheese",
    "Removes filler words from audio",
    "Corrects pronunciation in a language lesson",
    "Writes vocabulary exercises for learners",
    "Inspects weld appearance against the standard",
    "Photographs products in attractive lighting",
    "Responds to emotional distress with a safety plan",
    "Assesses the needs of elderly residents",
    "Communicates with deaf clients through an interpreter",
    "Adjusts a sprint when someone is ill",
    "Explains the Sex Discrimination Act",
    "Applies the Racial Discrimination Act in policy drafting",
    "Processes citizenship applications",
    "Advises on skilled visas",
    "Trains a speech-to-text model on accented speech",
    "Detects emotions in text with a classifier",
    "Analyses survey data by age group",
    "Explains how a race is avoided with a mutex",
    "States how confident they are in an estimate and why",
    "Supports clients with mental health conditions",
    "Findings are well presented in tables",
    "Does not hesitate to escalate a safety fault",
    "Keeps the p99 latency under 50 ms",
    "Chases debts aged over 60 days",
]


@pytest.mark.parametrize(
    ("ground", "text"), [(ground, text) for ground, texts in REFUSED.items() for text in texts]
)
def test_what_says_nothing_of_the_work_is_refused_with_its_words_and_a_reason(
    ground: Ground, text: str
) -> None:
    found = concerns(text)

    assert ground in {each.ground for each in found}
    assert all(each.words in text.lower() or "-" in each.words for each in found)
    assert all(len(each.reason) > 20 for each in found)


@pytest.mark.parametrize("text", LET_THROUGH)
def test_the_words_of_the_trade_are_let_through(text: str) -> None:
    assert concerns(text) == []
    assert vagueness(text) == []


@pytest.mark.parametrize("text", [text for texts in REFUSED.values() for text in texts])
@pytest.mark.parametrize("disguise", ["({})!", "x, {}; y", "x \u2013 {}"])
def test_case_blanks_and_punctuation_hide_nothing(text: str, disguise: str) -> None:
    assert concerns(disguise.format(text.upper().replace(" ", "\u00a0")))


@pytest.mark.parametrize(
    ("ground", "text"),
    [
        (Ground.AGE, "Under 35"),
        (Ground.FAMILY, "Single"),
        (Ground.ORIGIN, "White."),
        (Ground.ORIENTATION, "straight"),
    ],
)
def test_a_trait_that_stands_alone_is_refused_and_elsewhere_a_plain_word(ground: Ground, text: str) -> None:
    assert [each.ground for each in concerns(text)] == [ground]
    assert concerns(f"Reads the {text.lower().rstrip('.')} lines first") == []


def test_an_invisible_character_hides_nothing() -> None:
    assert concerns("enthu\u200bsiasm")
    assert concerns("c\u00adonfident")


@pytest.mark.parametrize(
    "text",
    [
        "Culture fit: gives and asks for feedback",
        "Team player, shares knowledge and documents decisions",
    ],
)
def test_fit_may_be_named_where_behaviour_follows(text: str) -> None:
    assert concerns(text) == []


def test_fit_may_be_a_name_for_criteria_that_are_behaviour() -> None:
    assert concerns("Culture fit", behaviours="Asks for feedback early") == []
    assert concerns("Culture fit", behaviours="Is nice")


def test_behaviour_excuses_nothing_else() -> None:
    assert [each.ground for each in concerns("Gives feedback with enthusiasm")] == [Ground.ENTHUSIASM]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Good",
            "Good answers",
            "Strong candidate",
            "Excellent communication skills",
            "Overall impression",
            "-",
        ),
        *("Works well under pressure", "Attention to detail", "Friendly", "Excellent interpersonal skills"),
        *("Quick learner", "Strong work ethic", "Written communication", "Cool"),
    ],
)
def test_a_criterion_that_names_nothing_is_vague(text: str) -> None:
    assert [each.ground for each in vagueness(text)] == [Ground.VAGUE]


def test_the_message_names_the_words_and_the_reason() -> None:
    (found,) = concerns("Shows Enthusiasm")

    assert found.message.startswith("'enthusiasm': enthusiasm says how somebody comes across")


@given(st.text(max_size=500))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    concerns(text)
    vagueness(text)
