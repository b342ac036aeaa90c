"""Citations, read again in the sealed transcript: found word for word, or dropped and counted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final
from uuid import UUID

from shared.domain.scoring.exact import share
from shared.domain.scoring.masking import Masked, Private, Replacement, mask, masked_with
from shared.domain.scoring.reading import Plain, plain, size
from shared.domain.scoring.records import (
    Citation,
    Drop,
    DroppedCitation,
    Pass,
    Segment,
    VerifiedPass,
    VerifiedQuote,
)

FEWEST_WORDS: Final = 3
LONGEST_QUOTE: Final = 1500
MOST_CITATIONS: Final = 12
UNSURE_BELOW: Final = Decimal("0.7")
ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
SIGNS: Final = " .,;:!?\"'-\u3002\uff01\uff1f"
PLACEHOLDER: Final = re.compile(r"\[(?:name|contact|employer|place|school)\]")


@dataclass(frozen=True, slots=True)
class Testimony:
    """An utterance of the candidate as a model sees it."""

    segment: Segment
    seen: Masked
    form: Plain  # of what is seen
    attempt: bool  # something in it was taken out

    @property
    def is_unsure(self) -> bool:
        confidence = self.segment.confidence
        return confidence is not None and confidence < UNSURE_BELOW


@dataclass(frozen=True)
class Evidence:
    """Everything the candidate said, in order, and nothing that anybody else said."""

    testimonies: tuple[Testimony, ...]

    @classmethod
    def of(cls, segments: Sequence[Segment], private: Sequence[Private] = ()) -> "Evidence":
        return cls(tuple(_testimony(each, mask(each.content, private)) for each in _said(segments)))

    @classmethod
    def replayed(cls, segments: Sequence[Segment], masks: Mapping[UUID, Sequence[Replacement]]) -> "Evidence":
        """The same again, from where it was masked: what was masked there need not be known."""
        return cls(
            tuple(
                _testimony(each, masked_with(each.content, masks.get(each.id, ())))
                for each in _said(segments)
            )
        )

    @property
    def shown(self) -> tuple[Testimony, ...]:
        """What goes to a model: utterances of which something is left, and can still be proved."""
        return tuple(each for each in self.testimonies if not each.seen.is_empty and not each.segment.masked)

    @property
    def is_empty(self) -> bool:
        return not self.shown

    @property
    def masks(self) -> dict[UUID, tuple[Replacement, ...]]:
        return {each.segment.id: each.seen.replacements for each in self.testimonies}

    @cached_property
    def unsure_share(self) -> Fraction:
        """How much of what was said stands in utterances that the recogniser was unsure of."""
        sizes = [(each, size(each.form.text)) for each in self.shown]
        return share(sum(words for each, words in sizes if each.is_unsure), sum(words for _, words in sizes))

    def verify(self, given: Pass) -> VerifiedPass:
        quotes: list[VerifiedQuote] = []
        dropped: list[DroppedCitation] = []
        verified = 0
        for number, citation in enumerate(given.citations):
            found = Drop.SURPLUS if number >= MOST_CITATIONS else self._find(citation)
            if isinstance(found, Drop):
                dropped.append(DroppedCitation(citation, found))
            else:
                verified += 1
                quotes.extend(each for each in found if each not in quotes)
        return VerifiedPass(given, verified, tuple(quotes), tuple(dropped))

    def _find(self, citation: Citation) -> tuple[VerifiedQuote, ...] | Drop:
        """In the utterance that is named; else in the first of the candidate's that holds the words."""
        if len(citation.quote) > LONGEST_QUOTE:
            return Drop.TOO_LONG
        for wanted in _forms(citation.quote):
            if size(PLACEHOLDER.sub(" ", wanted)) < FEWEST_WORDS and not self._is_whole_answer(wanted):
                return Drop.TOO_SHORT
            places = [each for each in self._in_order(citation.segment_id) if each.form.find(wanted)]
            provable = next((each for each in places if not each.segment.masked), None)
            if provable and (span := provable.form.find(wanted)):
                return tuple(_quotes(provable, span))
            if places:
                return Drop.MASKED
        return Drop.INSTRUCTION if self._is_of_an_attempt(citation.quote) else Drop.NOT_FOUND

    def _is_whole_answer(self, wanted: str) -> bool:
        """Whoever is asked for a name and gives it in two words has said all there is to say."""
        words = _bare(wanted)
        return size(PLACEHOLDER.sub(" ", words)) > 0 and any(
            _bare(each.form.text) == words for each in self.testimonies
        )

    def _in_order(self, segment_id: str) -> Iterator[Testimony]:
        named = segment_id.strip().lower()
        yield from (each for each in self.testimonies if str(each.segment.id) == named)
        yield from (each for each in self.testimonies if str(each.segment.id) != named)

    def _is_of_an_attempt(self, quote: str) -> bool:
        """It stands in what was said, but not in what of it is evidence."""
        wanted = _forms(quote)
        forms = [plain(each.segment.content) for each in self.testimonies if each.attempt]
        return any(form.find(each) for form in forms for each in wanted)


def _said(segments: Sequence[Segment]) -> Iterator[Segment]:
    return (each for each in segments if each.is_candidates)


def _testimony(segment: Segment, seen: Masked) -> Testimony:
    attempt = any(each.removes for each in seen.replacements)
    return Testimony(segment, seen, plain(seen.text), attempt)


def _bare(text: str) -> str:
    """Without the signs around it."""
    return text.strip(SIGNS)


def _forms(quote: str) -> tuple[str, ...]:
    """As it is given; then with what we escaped on the way to the model read back."""
    read_back = quote
    for escaped, sign in ENTITIES:
        read_back = read_back.replace(escaped, sign)
    return tuple(dict.fromkeys((plain(quote).text, plain(read_back).text)))


def _quotes(said: Testimony, span: tuple[int, int]) -> Iterator[VerifiedQuote]:
    segment = said.segment
    for first, last in said.seen.spans(*span):
        text = segment.content[first:last]
        start = first + len(text) - len(text.lstrip())
        end = start + len(text.strip())
        if start < end:
            yield VerifiedQuote(
                segment_id=segment.id,
                sequence=segment.sequence,
                start=start,
                end=end,
                quote=segment.content[start:end],
                unsure=said.is_unsure,
                start_time_ms=_moment(segment, start),
                end_time_ms=_moment(segment, end),
            )


def _moment(segment: Segment, offset: int) -> int | None:
    """When a word was said, as if the utterance had been spoken evenly."""
    if segment.start_time_ms is None or segment.end_time_ms is None:
        return None
    length = segment.end_time_ms - segment.start_time_ms
    return segment.start_time_ms + length * offset // len(segment.content)
