"""Which questions a role asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.plan import Kind, Option, Phase, Plan, Source, Stage
from shared.domain.interview.planning import (
    MOST_CHOICES,
    Offer,
    OwnQuestion,
    RoleBrief,
    compose,
    personalised,
    phase_of,
    slots,
)

PYTHON = RoleBrief(
    title="Python engineer",
    skills=("Python", "PostgreSQL", "asyncio"),
    tasks=("Keep the booking service fast.",),
    must_have=frozenset({"Python"}),
)


def pack(text: str, competency: str, phase: Phase = Phase.TECHNICAL, **more: object) -> Offer:
    return Offer(text=text, phase=phase, source=Source.PACK, competency=competency, **more)  # type: ignore[arg-type]


TESTS = pack("Which kinds of tests would you put around a service?", "testing", item_ref="p/O1")
SLOW = pack("How do you find the slow queries of an application?", "databases", item_ref="p/O8")
CHOICE = pack(
    "Which key enters the call?",
    "debugging",
    kind=Kind.MULTIPLE_CHOICE,
    options=(Option("a", "n"), Option("b", "s")),
    item_ref="p/Q2",
)
CASE = pack(
    "A case about a slow list.",
    "performance",
    kind=Kind.SCENARIO,
    stages=(Stage("A", "Where do you begin?"),),
    item_ref="p/SC",
)


@pytest.mark.parametrize(("count", "shape"), [(5, (1, 2, 1, 1)), (6, (1, 2, 2, 1)), (7, (1, 3, 2, 1))])
def test_the_phases_share_the_questions(count: int, shape: tuple[int, ...]) -> None:
    assert tuple(slots(count).values()) == shape


def test_a_role_that_says_nothing_still_has_six_questions_in_four_phases() -> None:
    items = compose(RoleBrief(title="Baker"))

    assert [item.phase for item in items] == [
        Phase.INTRODUCTION,
        Phase.TECHNICAL,
        Phase.TECHNICAL,
        Phase.BEHAVIOURAL,
        Phase.BEHAVIOURAL,
        Phase.CLOSING,
    ]
    assert "Baker" in items[0].text
    assert len({item.text for item in items}) == 6


def test_what_the_recruiter_wrote_comes_first_then_the_pack_then_what_was_generated_then_the_bank() -> None:
    own = OwnQuestion("Why did you choose Erlang for your message broker?", competency="Erlang")
    generated = Offer("What is the worst query you ever met?", Phase.TECHNICAL, Source.GENERATED, "sql")
    brief = RoleBrief(title="Engineer", skills=("Go",), own=(own,), count=7)

    technical = [item for item in compose(brief, [generated, TESTS]) if item.phase is Phase.TECHNICAL]

    assert [item.source for item in technical] == [Source.RECRUITER, Source.PACK, Source.GENERATED]
    one_more = [item for item in compose(brief, [TESTS]) if item.phase is Phase.TECHNICAL]
    assert [item.source for item in one_more] == [Source.RECRUITER, Source.PACK, Source.BANK]


def test_a_question_about_past_behaviour_goes_to_its_phase() -> None:
    assert phase_of("Tell me about a time you missed a deadline.") is Phase.BEHAVIOURAL
    assert phase_of("How do you test a migration?") is Phase.TECHNICAL


def test_a_recruiter_who_writes_too_much_gets_the_first_ones() -> None:
    own = tuple(OwnQuestion(f"How do you handle subject number {n} of {n * 7}?") for n in range(9))

    items = compose(RoleBrief(title="Engineer", own=own))

    assert [item.text for item in items if item.source is Source.RECRUITER] == [own[0].text, own[1].text]


def test_the_same_question_in_other_words_is_asked_once() -> None:
    own = OwnQuestion("Which kinds of tests would you put around your service?")

    items = compose(RoleBrief(title="Engineer", own=(own,)), [TESTS, SLOW])

    assert [item.item_ref for item in items if item.source is Source.PACK] == ["p/O8"]


def test_offers_of_one_group_exclude_each_other() -> None:
    one = pack("First of a pair, about joins and locks?", "databases", groups=frozenset({"g"}))
    other = pack("Second of this group, on caching layers?", "architecture", groups=frozenset({"g"}))

    items = compose(RoleBrief(title="Engineer"), [one, other])

    assert sum(item.source is Source.PACK for item in items) == 1


def test_each_competency_comes_once_before_one_comes_twice() -> None:
    again = pack("What does a fixture of a test suite cost you?", "testing")

    items = compose(RoleBrief(title="Engineer"), [TESTS, again, SLOW])

    assert [item.competency for item in items if item.source is Source.PACK] == ["testing", "databases"]


def test_a_case_needs_a_long_interview() -> None:
    short, long = RoleBrief(title="E"), RoleBrief(title="E", minutes=30)

    assert all(item.kind is not Kind.SCENARIO for item in compose(short, [CASE]))
    assert [item.kind for item in compose(long, [CASE])].count(Kind.SCENARIO) == 1


def test_multiple_choice_never_makes_most_of_a_talk() -> None:
    choices = [
        pack(text, competency, kind=Kind.MULTIPLE_CHOICE, options=CHOICE.options)
        for text, competency in (
            ("Which key enters a call?", "a"),
            ("What level is meant for ordinary events?", "b"),
            ("Where do fixtures stand?", "c"),
        )
    ]

    kinds = [item.kind for item in compose(RoleBrief(title="E", count=7), choices)]

    assert kinds.count(Kind.MULTIPLE_CHOICE) == MOST_CHOICES


def test_must_haves_are_marked_and_the_closing_is_never_probed() -> None:
    items = compose(PYTHON)

    assert [item.competency for item in items if item.must_have] == ["Python"]
    assert items[-1].probe_limit == 0
    assert all(item.probe_limit == 1 for item in items[:-1])


def test_what_a_role_says_is_text_and_no_template() -> None:
    items = compose(RoleBrief(title="{skill} {0} {title!r}", skills=("{task}",)))

    assert "{skill} {0} {title!r}" in items[0].text
    assert "{task}" in items[1].text


def test_candidates_differ_in_probes_only() -> None:
    items = compose(PYTHON)

    for_her = personalised(items, ["Rust", "PostgreSQL"])

    assert [(item.order, item.text, item.competency) for item in for_her] == [
        (item.order, item.text, item.competency) for item in items
    ]
    changed = [item for item, before in zip(for_her, items, strict=True) if item != before]
    assert [item.follow_up_hint for item in changed] == [
        "What is an example of your own work with PostgreSQL?"
    ]


TEXTS = st.text(min_size=1, max_size=60).filter(str.strip)
BRIEFS = st.builds(
    RoleBrief,
    title=TEXTS,
    skills=st.lists(TEXTS, max_size=6).map(tuple),
    tasks=st.lists(TEXTS, max_size=3).map(tuple),
    topics=st.lists(TEXTS, max_size=3).map(tuple),
    own=st.lists(
        st.builds(OwnQuestion, text=TEXTS, phase=st.none() | st.sampled_from(Phase)), max_size=9
    ).map(tuple),
    count=st.integers(0, 12),
    minutes=st.integers(10, 30),
)


@pytest.mark.no_cover  # others run its lines
@given(BRIEFS, st.lists(st.sampled_from([TESTS, SLOW, CHOICE, CASE]), max_size=6))
def test_any_role_has_a_whole_plan_and_the_same_one_each_time(brief: RoleBrief, offers: list[Offer]) -> None:
    items = compose(brief, offers)

    plan = Plan(items=items).sealed()
    assert 5 <= plan.total <= 7
    assert plan.total == sum(slots(brief.count).values())
    assert plan.items[0].phase is Phase.INTRODUCTION
    assert plan.items[-1].phase is Phase.CLOSING
    assert Plan(items=compose(brief, offers)).sealed().content_hash == plan.content_hash
    assert Plan.from_facts(plan.as_facts()).items == plan.items
