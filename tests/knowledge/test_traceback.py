"""What a traceback tells: whose frames, what it goes back to, whose words."""

from __future__ import annotations

import pytest

from kfpops.knowledge.traceback import Frame, Traceback


@pytest.mark.parametrize(
    "file",
    [
        "/usr/lib/python3.11/urllib/request.py",
        "/opt/conda/lib/python3.10/site-packages/pandas/core/frame.py",
        "/usr/lib/python3/dist-packages/yaml/__init__.py",
        "/root/.pyenv/versions/3.11.7/lib/python3.11/json/decoder.py",
        "/app/kfp/dsl/executor_main.py",
        "<frozen importlib._bootstrap>",
        "<__array_function__ internals>",
    ],
)
def test_library_frames_are_not_the_user_s(file: str) -> None:
    assert not Frame(file, 1, "f").is_user_code


@pytest.mark.parametrize(
    "file", ["/tmp/tmp.S/ephemeral_component.py", "/app/train.py", "train.py", "<string>", "/lib/mine/x.py"]
)
def test_user_frames(file: str) -> None:
    assert Frame(file, 1, "f").is_user_code


def test_what_was_raised_while_handling_another_may_have_nothing_to_do_with_it() -> None:
    fallback = Traceback(
        "KeyError", "'ujson'", cause=Traceback("ModuleNotFoundError", "No module named 'x'"), link="context"
    )
    assert [t.name for t in fallback.explained] == ["KeyError"]
    assert [t.name for t in fallback.chain] == ["KeyError", "ModuleNotFoundError"]


@pytest.mark.parametrize(
    "wrapper",
    [
        pytest.param(Traceback("RuntimeError", "cannot load", link="cause"), id="raise … from"),
        pytest.param(
            Traceback("OSError", "while loading: Connection refused here", link="context"), id="it repeats the other"
        ),
        pytest.param(Traceback("urllib.error.URLError", "", link="context"), id="a wrapper of a network library"),
    ],
)
def test_wrappers_pass_on_what_they_wrap(wrapper: Traceback) -> None:
    inner = Traceback("ConnectionRefusedError", "Connection refused")
    whole = Traceback(wrapper.exception, wrapper.message, cause=inner, link=wrapper.link)
    assert [t.name for t in whole.explained] == [wrapper.name, "ConnectionRefusedError"]


def test_the_origin_is_behind_reports_of_children_and_groups() -> None:
    child = Traceback("ValueError", "bad row")
    report = Traceback("subprocess.CalledProcessError", "returned non-zero", cause=child, link="child")
    assert report.origin is child
    assert Traceback("RuntimeError", "x", cause=child, link="cause").origin.name == "RuntimeError"


def _raised(
    exception: str, message: str, file: str = "/tmp/tmp.S/ephemeral_component.py", code: str = "raise X"
) -> Traceback:
    return Traceback(exception, message, frames=(Frame(file, 3, "f", code),))


@pytest.mark.parametrize(
    "traceback",
    [
        pytest.param(_raised("ConnectionError", "warming up"), id="Python's class"),
        pytest.param(_raised("ephemeral_component.Denied", "403 rows"), id="the component's class"),
        pytest.param(_raised("ephemeral_component.f.<locals>.Boom", "x"), id="a class of the component's function"),
    ],
)
def test_own_words(traceback: Traceback) -> None:
    assert traceback.in_own_words


@pytest.mark.parametrize(
    "traceback",
    [
        pytest.param(_raised("ConnectionError", "x", file="/usr/lib/python3.11/socket.py"), id="raised by a library"),
        pytest.param(_raised("KeyError", "'a'", code="rows['a']"), id="not raised but met"),
        pytest.param(_raised("botocore.exceptions.NoCredentialsError", "x"), id="a library's class"),
        pytest.param(
            _raised("RuntimeError", "cannot read: [Errno 111] Connection refused"), id="the system's text is quoted"
        ),
    ],
)
def test_not_own_words(traceback: Traceback) -> None:
    assert not traceback.in_own_words


def test_a_summary_is_one_line() -> None:
    assert Traceback("a.b.Boom", "\n first\nsecond").summary == "Boom: first"
    assert Traceback("MemoryError", "").summary == "MemoryError"
