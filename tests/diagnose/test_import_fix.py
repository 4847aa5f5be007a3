"""What to change when an import failed."""

from __future__ import annotations

import pytest

from kfpops.diagnose.import_fix import import_advice, mismatch_advice, missing_advice, runs_python_component
from kfpops.diagnose.step import Step
from kfpops.knowledge.binary_errors import BinaryMismatch
from kfpops.knowledge.distribution import provider_of
from kfpops.knowledge.import_errors import ImportFailure
from tests.builders import a_step
from tests.log_samples import container_log, python_log, uncaught

PYTHON = a_step(log=python_log(uncaught("ImportError: x")))
PLAIN = a_step(log=container_log("x\n"))


def _missing(module: str, step: Step = PYTHON) -> list[tuple[str, str | None]]:
    return [(a.text, a.sdk) for a in missing_advice(step, ImportFailure("missing", module, provider_of(module)))]


def test_which_components_have_packages_to_install() -> None:
    assert runs_python_component(PYTHON)
    assert not runs_python_component(PLAIN)
    assert not runs_python_component(a_step())
    end = python_log(uncaught("ImportError: x"))
    assert runs_python_component(a_step(log=end[end.index("Traceback") :]))


def test_a_well_known_package_is_nobody_s_own_file() -> None:
    ((text, sdk),) = _missing("sklearn")
    assert "scikit-learn" in text
    assert sdk == "@dsl.component(packages_to_install=['scikit-learn'])"


def test_what_may_be_the_user_s_own_file_is_said_second() -> None:
    first, second = _missing("churn_features")
    assert first[1] == "@dsl.component(packages_to_install=['churn_features'])"
    assert "a file of your own" in second[0]


def test_parts_of_python_are_no_matter_for_pip() -> None:
    ((text, sdk),) = _missing("_sqlite3")
    assert "part of Python itself" in text
    assert sdk is None


def test_what_python_gave_up() -> None:
    (first, second) = _missing("distutils")
    assert first[1] == "@dsl.component(packages_to_install=['setuptools'])"
    assert "Python 3.12 took distutils out" in second[0]
    ((text, sdk),) = _missing("imp")
    assert ("Python 3.12 took imp out" in text, sdk) == (True, None)


def test_kfp_s_own_package() -> None:
    assert _missing("kfp")[1][1] == "@dsl.component(install_kfp_package=True)"


def test_a_plain_container_gets_its_image_changed() -> None:
    ((text, _),) = _missing("yaml", PLAIN)
    assert "`RUN pip install PyYAML`" in text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (ImportFailure("name", "json", provider_of("json"), name="loads2"), "standard library has no loads2 in json"),
        (ImportFailure("name", "pandas", provider_of("pandas"), name="Panel"), "version of pandas that has Panel"),
        (ImportFailure("submodule", "torch._six", provider_of("torch._six")), "version of torch that has torch._six"),
        (ImportFailure("library", None, library="libgomp.so.1"), "Debian package libgomp1"),
        (ImportFailure("library", None, library="libcudnn.so.8"), "CUDA toolkit"),
        (ImportFailure("library", None, library="libGL.so.1"), "opencv-python-headless"),
        (ImportFailure("library", None, library="libmine.so.2"), "brings libmine.so.2"),
        (ImportFailure("shadowed", "random.x", provider_of("random")), "Rename the file or folder random"),
        (ImportFailure("circular", "m", provider_of("m"), name="A"), "inside the function"),
        (ImportFailure("relative", None), "whole name"),
    ],
)
def test_other_imports(failure: ImportFailure, words: str) -> None:
    assert words in import_advice(PYTHON, failure)[0].text


@pytest.mark.parametrize(
    ("mismatch", "sdk"),
    [
        (BinaryMismatch("numpy"), "numpy<2"),
        (BinaryMismatch("protobuf"), "protobuf<4"),
        (BinaryMismatch("c-library", "GLIBC_2.34"), "base_image"),
        (BinaryMismatch("symbol", "_ZN3c10"), "torch"),
    ],
)
def test_packages_that_do_not_fit(mismatch: BinaryMismatch, sdk: str) -> None:
    assert sdk in (mismatch_advice(PYTHON, mismatch)[0].sdk or "")
