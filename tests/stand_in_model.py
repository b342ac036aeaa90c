"""The stand-in for a language model without any wire, behind the port `LanguageModel.answer`."""

from pydantic import BaseModel

from local.simulators.model.prompt import Message
from local.simulators.model.prompt import Prompt as Asked
from local.simulators.model.stand_in import answer
from shared.adapters.openai.schema import strict_schema
from shared.domain.language import Prompt, Structured, Usage
from tests.fakes.language_model import FakeLanguageModel


class StandInModel(FakeLanguageModel):
    """Answers as the local stack does; `asked` holds every prompt."""

    async def answer[Shape: BaseModel](self, prompt: Prompt, shape: type[Shape]) -> Structured[Shape]:
        self.asked.append(prompt)
        messages = tuple(Message(each.role, each.content) for each in prompt.messages)
        asked = Asked(messages, prompt.purpose, strict_schema(shape), prompt.seed or 0, prompt.temperature)
        return Structured(shape.model_validate_json(answer(asked)), "stand-in", Usage())
