"""Imports that failed: what is missing, and what would bring it."""

from __future__ import annotations

import pytest

from kfpops.knowledge.import_errors import read_import_failure
from kfpops.knowledge.traceback import Frame, Traceback

MISSING = Traceback("ModuleNotFoundError", "No module named 'ujson'")


@pytest.mark.parametrize(
    "traceback",
    [
        pytest.param(Traceback("KeyError", "'No module named'"), id="another exception"),
        pytest.param(Traceback("OSError", "[Errno 2] No such file or directory: 'libfoo.so'"), id="a file that is missing"),
        pytest.param(Traceback("KeyError", "'ujson'", cause=MISSING, link="context"), id="a fallback that failed by itself"),
        pytest.param(Traceback("ValueError", "3 rows", cause=MISSING, link="context"), id="the import was handled"),
    ],
)
def test_no_failed_import(traceback: Traceback) -> None:
    assert read_import_failure(traceback) is None


def _failed(exception: str, message: str, code: str = "") -> tuple[str, str | None, str | None]:
    frames = (Frame("/app/train.py", 3, "train", code),) if code else ()
    found = read_import_failure(Traceback(exception, message, frames=frames))
    assert found is not None
    return found.trouble, found.module, found.provider.distribution if found.provider else None


@pytest.mark.parametrize(
    ("message", "code", "module", "package"),
    [
        ("No module named 'sklearn'", "from sklearn.ensemble import X", "sklearn", "scikit-learn"),
        ("No module named 'google'", "from google.cloud import storage", "google", "google-cloud-storage"),
        ("No module named 'google.cloud'", "import google.cloud.bigquery as bq", "google.cloud", "google-cloud-bigquery"),
        ("No module named 'azure'", "from azure.storage.blob import BlobClient", "azure", "azure-storage-blob"),
        ("No module named 'ruamel'", "", "ruamel", "ruamel.yaml"),
        ("No module named '_sqlite3'", "", "_sqlite3", None),
        ("No module named my_helpers", "", "my_helpers", "my_helpers"),
    ],
)
def test_modules_that_are_not_installed(message: str, code: str, module: str, package: str | None) -> None:
    assert _failed("ModuleNotFoundError", message, code) == ("missing", module, package)


@pytest.mark.parametrize(
    ("message", "module", "package"),
    [
        ("Missing optional dependency 'openpyxl'.  Use pip or conda to install openpyxl.", "openpyxl", "openpyxl"),
        ("Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'.", "pyarrow", "pyarrow"),
        ("AutoModel requires the PyTorch library but it was not found in your environment.", "torch", "torch"),
        ("Install s3fs to access S3", "s3fs", "s3fs"),
        ("Using a `device_map` requires Accelerate: `pip install 'accelerate>=0.26.0'`", "accelerate", "accelerate"),
        (
            "cannot import name 'storage' from 'google.cloud' (unknown location)",
            "google.cloud.storage",
            "google-cloud-storage",
        ),
    ],
)
def test_parts_that_libraries_ask_for(message: str, module: str, package: str) -> None:
    assert _failed("ImportError", message) == ("missing", module, package)


@pytest.mark.parametrize(
    ("exception", "message", "trouble", "module"),
    [
        (
            "ImportError",
            "cannot import name 'load_lines' from 'json' (/usr/lib/python3.11/json/__init__.py)",
            "name",
            "json",
        ),
        (
            "ImportError",
            "cannot import name 'A' from partially initialized module 'm' (most likely due to)",
            "circular",
            "m",
        ),
        ("ModuleNotFoundError", "No module named 'torch._six'", "submodule", "torch._six"),
        ("ModuleNotFoundError", "No module named 'random.x'; 'random' is not a package", "shadowed", "random.x"),
        ("ImportError", "attempted relative import with no known parent package", "relative", None),
        ("ImportError", "libGL.so.1: cannot open shared object file: No such file or directory", "library", None),
        ("OSError", "libgomp.so.1: cannot open shared object file: No such file or directory", "library", None),
    ],
)
def test_other_failures(exception: str, message: str, trouble: str, module: str | None) -> None:
    assert _failed(exception, message)[:2] == (trouble, module)


@pytest.mark.parametrize(
    "final",
    [
        pytest.param(Traceback("RuntimeError", "cannot load", cause=MISSING, link="cause"), id="raise … from"),
        pytest.param(
            Traceback("RuntimeError", "ujson is required", cause=MISSING, link="context"), id="it names the module"
        ),
        pytest.param(Traceback("CalledProcessError", "exit status 1", cause=MISSING, link="child"), id="another process's"),
    ],
)
def test_failures_that_another_exception_passes_on(final: Traceback) -> None:
    found = read_import_failure(final)
    assert found is not None
    assert (found.trouble, found.module) == ("missing", "ujson")
