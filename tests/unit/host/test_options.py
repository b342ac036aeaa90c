"""The command line."""

from datetime import timedelta

import pytest

from local.host.options import parse


def test_what_is_not_said_has_the_values_of_the_real_host() -> None:
    options = parse(["."])

    assert (options.port, options.grpc_port) == (7071, 4001)
    assert options.triggers
    assert not options.enable_auth
    assert options.state is None


def test_finished_orchestrations_are_kept_for_half_a_day_unless_said_otherwise() -> None:
    assert parse(["."]).keep_finished == timedelta(hours=12)
    assert parse([".", "--keep-finished", "1.5"]).keep_finished == timedelta(minutes=90)
    assert parse([".", "--keep-finished", "0"]).keep_finished is None


def test_paths_do_not_depend_on_where_the_host_goes_later() -> None:
    options = parse(["app", "--state", "hub.db"])

    assert options.app_dir.is_absolute()
    assert options.state is not None
    assert options.state.is_absolute()


@pytest.mark.parametrize(
    "wrong", [["--port", "70000"], ["--port", "web"], ["--keep-finished", "-1"], ["--drain-seconds", "inf"]]
)
def test_a_value_that_makes_no_sense_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([".", *wrong])

    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err
