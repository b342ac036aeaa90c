"""Reads a request for an answer, of either interface, as strictly as the service does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from local.simulators.checks import RefusedError
from local.simulators.model.prompt import Message, Prompt
from local.simulators.openai import schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONTEXT: Final = 128_000
LARGEST_ANSWER: Final = 16_384
CHAT_MODELS: Final = {
    "gpt-4o": "gpt-4o-2024-11-20",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
}
CHAT_ARGUMENTS: Final = frozenset(
    {
        *("model", "messages", "stream", "stream_options", "response_format", "seed", "temperature", "top_p"),
        *("max_tokens", "max_completion_tokens", "n", "stop", "user", "metadata", "store", "service_tier"),
        *(
            "frequency_penalty",
            "presence_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "reasoning_effort",
        ),
        *("prompt_cache_key", "safety_identifier", "verbosity"),
    }
)
RESPONSES_ARGUMENTS: Final = frozenset(
    {
        *("model", "input", "instructions", "stream", "stream_options", "text", "temperature", "top_p"),
        *("max_output_tokens", "store", "metadata", "user", "truncation", "include", "background"),
        *("previous_response_id", "parallel_tool_calls", "reasoning", "service_tier", "top_logprobs"),
        *("prompt_cache_key", "safety_identifier"),
    }
)
NOT_SIMULATED: Final = frozenset(
    {"tools", "tool_choice", "functions", "function_call", "audio", "modalities"}
)
ROLES: Final = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
TEXT_PARTS: Final = frozenset({"text", "input_text", "output_text"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the service would accept."""

    model: str
    prompt: Prompt
    tokens: int
    most_tokens: int
    stream: bool
    include_usage: bool
    json_object: bool
    body: Mapping[str, Any]

    @property
    def version(self) -> str:
        return CHAT_MODELS[self.model]

    @property
    def facts(self) -> dict[str, str]:
        """What a script may match."""
        messages = self.prompt.messages
        return {
            "model": self.model,
            "task": self.prompt.task,
            "system": self.prompt.instructions,
            "last": messages[-1].text,
            "text": "\n".join(message.text for message in messages),
        }


def tokens_of(text: str) -> int:
    """A plausible count: four bytes to a token, as in English."""
    return -(-len(text.encode()) // 4)


def invalid(message: str, param: str | None = None, code: str | None = None) -> NoReturn:
    body = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    raise RefusedError(400, code or "", message, body={"error": body})


def chat(body: Mapping[str, Any], deployment: str | None) -> Asked:
    model = _model(body, deployment)
    _arguments(body, CHAT_ARGUMENTS)
    messages = _messages(body.get("messages"), "messages")
    asked_format = body.get("response_format") or {"type": "text"}
    described = asked_format.get("json_schema") if asked_format.get("type") == "json_schema" else None
    if asked_format.get("type") == "json_schema" and not isinstance(described, dict):
        invalid("Missing required parameter: 'response_format.json_schema'.", "response_format.json_schema")
    options = body.get("stream_options") or {}
    if options and not body.get("stream"):
        invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    if body.get("n", 1) != 1:
        invalid("The simulator gives one answer: 'n' must be 1.", "n")
    return _asked(
        model=model,
        body=body,
        messages=messages,
        kind=asked_format.get("type"),
        described=described,
        most=body.get("max_completion_tokens", body.get("max_tokens")),
        names=("response_format", "messages"),
        include_usage=bool(options.get("include_usage")),
    )


def response(body: Mapping[str, Any]) -> Asked:
    model = _model(body, None)
    _arguments(body, RESPONSES_ARGUMENTS)
    given = body.get("input")
    messages = (Message("user", given),) if isinstance(given, str) else _messages(given, "input")
    if instructions := body.get("instructions"):
        messages = (Message("system", instructions), *messages)
    asked_format = (body.get("text") or {}).get("format") or {"type": "text"}
    if body.get("previous_response_id"):
        invalid("Previous responses are not kept: send the whole input.", "previous_response_id")
    return _asked(
        model=model,
        body=body,
        messages=messages,
        kind=asked_format.get("type"),
        described=asked_format,
        most=body.get("max_output_tokens"),
        names=("text.format", "input"),
        include_usage=True,
    )


def _asked(  # noqa: PLR0913 - where the two interfaces meet
    *,
    model: str,
    body: Mapping[str, Any],
    messages: tuple[Message, ...],
    kind: str | None,
    described: Mapping[str, Any] | None,
    most: object,
    names: tuple[str, str],
    include_usage: bool,
) -> Asked:
    if kind not in {"text", "json_object", "json_schema"}:
        invalid(f"Invalid value: '{kind}'. Supported: 'json_object', 'json_schema' and 'text'.", names[0])
    task, schema = _schema(described or {}, names[0]) if kind == "json_schema" else ("", None)
    if kind == "json_object" and not any("json" in message.text.lower() for message in messages):
        invalid(
            f"'{names[1]}' must contain the word 'json' in some form, to use '{names[0]}' of it.",
            names[1],
        )
    prompt = Prompt(
        messages,
        task,
        schema,
        _number(body, "seed", 0, -(2**63), 2**63 - 1, whole=True),  # type: ignore[arg-type]  # whole
        _number(body, "temperature", 1.0, 0, 2),
    )
    tokens = sum(tokens_of(message.text) + 4 for message in messages) + 3
    _fits(tokens, names[1])
    return Asked(
        model=model,
        prompt=prompt,
        tokens=tokens,
        most_tokens=_most(most),
        stream=bool(body.get("stream")),
        include_usage=include_usage,
        json_object=kind == "json_object",
        body=body,
    )


def _model(body: Mapping[str, Any], deployment: str | None) -> str:
    model = deployment or body.get("model")
    if not isinstance(model, str) or not model:
        invalid("you must provide a model parameter", "model")
    if model not in CHAT_MODELS:
        unknown_model()
    return model


def unknown_model() -> NoReturn:
    raise RefusedError(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last "
        "5 minutes, please wait a moment and try again.",
    )


def _arguments(body: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in sorted(body.keys() - known):
        if name in NOT_SIMULATED:
            invalid(f"The simulator does not play '{name}'.", name, "not_simulated")
        invalid(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")


def _messages(given: object, param: str) -> tuple[Message, ...]:
    if not isinstance(given, list) or not given:
        invalid(
            f"Invalid '{param}': empty array. Expected an array with minimum length 1.", param, "empty_array"
        )
    return tuple(_message(each, f"{param}[{number}]") for number, each in enumerate(given))


def _message(given: object, param: str) -> Message:
    if not isinstance(given, dict):
        invalid(f"Invalid type for '{param}': expected an object.", param, "invalid_type")
    role = given.get("role")
    if role not in ROLES:
        invalid(
            f"Invalid value: '{role}'. Supported values are: {sorted(ROLES)}.",
            f"{param}.role",
            "invalid_value",
        )
    content = given.get("content")
    if isinstance(content, list):
        return Message(ROLES[role], _parts(content, f"{param}.content"))
    if not isinstance(content, str):
        invalid(f"Invalid type for '{param}.content': expected a string.", f"{param}.content", "invalid_type")
    return Message(ROLES[role], content)


def _parts(parts: Sequence[object], param: str) -> str:
    texts = []
    for number, part in enumerate(parts):
        if not isinstance(part, dict) or part.get("type") not in TEXT_PARTS:
            invalid("The simulator reads text only.", f"{param}[{number}]", "not_simulated")
        texts.append(str(part.get("text", "")))
    return "\n".join(texts)


def _schema(described: Mapping[str, Any], param: str) -> tuple[str, Mapping[str, Any] | None]:
    name, schema = described.get("name"), described.get("schema")
    if not isinstance(name, str) or not schemas.NAME.fullmatch(name):
        invalid(
            f"Invalid '{param}.name': expected a string that matches '^[a-zA-Z0-9_-]+$'.", f"{param}.name"
        )
    if not described.get("strict"):
        return name, schema if isinstance(schema, dict) else None
    try:
        schemas.check(schema)
    except schemas.SchemaError as error:
        invalid(f"Invalid schema for response_format '{name}': {error}.", param)
    return name, schema


def _number(
    body: Mapping[str, Any], name: str, default: float, least: float, most: float, *, whole: bool = False
) -> float:
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        invalid(
            f"Invalid type for '{name}': expected {'an integer' if whole else 'a decimal'}.",
            name,
            "invalid_type",
        )
    if not least <= value <= most:
        invalid(f"Invalid '{name}': it must be between {least} and {most}.", name, "invalid_value")
    return value


def _most(value: object) -> int:
    if value is None:
        return LARGEST_ANSWER
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ANSWER:
        invalid(
            f"max_tokens is not valid: the model supports at most {LARGEST_ANSWER}.",
            "max_tokens",
            "invalid_value",
        )
    return value


def _fits(tokens: int, param: str) -> None:
    if tokens <= CONTEXT:
        return
    if param == "input":
        invalid(
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
            param,
            "context_length_exceeded",
        )
    invalid(
        f"This model's maximum context length is {CONTEXT} tokens. However, your messages resulted in "
        f"{tokens} tokens. Please reduce the length of the messages.",
        param,
        "context_length_exceeded",
    )
