import json
import pickle
from collections.abc import Callable

import pytest

from shared.domain.secret import Secret
from shared.errors import SettingError
from shared.settings import Environment, Settings, variables

LOCAL = {name: each.local for name, each in variables().items()}


def test_the_local_values_make_a_whole_tree() -> None:
    settings = Settings(LOCAL)

    settings.check()

    assert settings.app.environment is Environment.LOCAL
    assert settings.http.cors_origins == ("http://localhost:5173", "http://localhost:8080")


def test_nothing_is_read_before_its_first_use() -> None:
    settings = Settings({})

    with pytest.raises(SettingError, match="The setting ENVIRONMENT is missing"):
        _ = settings.app


def test_a_wrong_section_leaves_the_others_usable() -> None:
    settings = Settings(LOCAL | {"BLOB_SERVICE_URL": "nonsense"})

    assert settings.http.max_body_bytes == 1_048_576
    with pytest.raises(SettingError, match="BLOB_SERVICE_URL"):
        _ = settings.storage


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "ENVIRONMENT",
            "prod",
            "ENVIRONMENT is malformed: it must be one of local, test, staging, production",
        ),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is malformed: it must be one of DEBUG, INFO, WARNING, ERROR"),
        ("HTTP_MAX_BODY_BYTES", "-1", "HTTP_MAX_BODY_BYTES is malformed: it must be a whole number of bytes"),
        ("HTTP_MAX_BODY_BYTES", "1e6", "HTTP_MAX_BODY_BYTES is malformed"),
        ("CORS_ALLOWED_ORIGINS", "*", "CORS_ALLOWED_ORIGINS is malformed: it must be a list of origins"),
        ("CORS_ALLOWED_ORIGINS", "https://a.example/path", "CORS_ALLOWED_ORIGINS is malformed"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT is malformed"),
        ("BLOB_SERVICE_URL", "ftp://x", "BLOB_SERVICE_URL is malformed"),
    ],
)
def test_a_malformed_setting_is_one_sentence_that_names_it(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings(LOCAL | {name: value}).check()

    assert sentence in caught.value.message
    assert "\n" not in caught.value.message


def test_a_setting_that_was_missing_can_be_read_once_it_is_there() -> None:
    assert Settings(LOCAL | {"HTTP_MAX_BODY_BYTES": " 2048 "}).http.max_body_bytes == 2048


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{:>20}".format, "%s".__mod__])
def test_a_secret_cannot_be_printed(show: Callable[[Secret], str]) -> None:
    assert "hunter2" not in show(Secret("hunter2"))


def test_a_secret_cannot_leave_by_json_or_pickle() -> None:
    secret = Secret("hunter2")

    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_secret_shows_nothing_inside_the_tree_either() -> None:
    settings = Settings(LOCAL | {"OTEL_EXPORTER_OTLP_HEADERS": "api-key=hunter2"})

    assert "hunter2" not in repr(settings.app)
    assert settings.app.otlp_headers.reveal() == "api-key=hunter2"


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


OWN = {
    name: each.local.replace("local", "own") + "A"
    for name, each in variables().items()
    if each.local and isinstance(each.parse(each.local), Secret)
}
DEPLOYED = LOCAL | {"ENVIRONMENT": "production"} | OWN


def test_a_secret_of_the_sample_is_refused_where_the_app_is_deployed() -> None:
    Settings(DEPLOYED).check()

    careless = Settings(DEPLOYED | {"SUPABASE_SERVICE_ROLE_KEY": LOCAL["SUPABASE_SERVICE_ROLE_KEY"]})
    with pytest.raises(SettingError, match="SUPABASE_SERVICE_ROLE_KEY holds the value of the sample"):
        _ = careless.supabase


def test_an_empty_secret_is_no_secret() -> None:
    with pytest.raises(SettingError, match="SUPABASE_SERVICE_ROLE_KEY is malformed"):
        Settings(LOCAL | {"SUPABASE_SERVICE_ROLE_KEY": " "}).check()
