"""Import names and the distributions that bring them."""

from __future__ import annotations

from importlib.metadata import packages_distributions

import pytest

from kfpops.knowledge.distribution import distributions, normalized, provider_of


@pytest.mark.parametrize("module", ["json", "os.path", "_sqlite3", "tkinter"])
def test_parts_of_python_have_no_distribution(module: str) -> None:
    found = provider_of(module)
    assert (found.distribution, found.standard) == (None, True)


@pytest.mark.parametrize("module", ["my_helpers", "churn.features", "attrdict2x"])
def test_what_nobody_knows_is_only_assumed(module: str) -> None:
    found = provider_of(module)
    assert (found.distribution, found.known) == (module.partition(".")[0], False)


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("sklearn", "scikit-learn"),
        ("sklearn.ensemble", "scikit-learn"),
        ("cv2", "opencv-python-headless"),
        ("PIL", "pillow"),
        ("bs4", "beautifulsoup4"),
        ("yaml", "PyYAML"),
        ("google.cloud.storage.blob", "google-cloud-storage"),
        ("google.cloud.bigquery_storage", "google-cloud-bigquery-storage"),
        ("google.cloud.newthing", "google-cloud-newthing"),
        ("azure.storage.blob", "azure-storage-blob"),
        ("kfp.kubernetes", "kfp-kubernetes"),
        ("torch_geometric", "torch-geometric"),
        ("pandas.core", "pandas"),
        ("jwt", "PyJWT"),
    ],
)
def test_distributions(module: str, distribution: str) -> None:
    assert provider_of(module).distribution == distribution


def test_what_left_the_standard_library() -> None:
    assert (provider_of("distutils.core").distribution, provider_of("distutils.core").removed_in) == ("setuptools", "3.12")
    assert (provider_of("imp").distribution, provider_of("imp").removed_in) == (None, "3.12")
    assert provider_of("cgi").removed_in == "3.13"


def test_the_table_agrees_with_what_is_installed_here() -> None:
    installed = packages_distributions()
    seen = {m: {normalized(d) for d in installed[m]} for m in distributions() if m in installed}
    wrong = {m: found for m, found in seen.items() if normalized(distributions()[m]) not in found}
    assert wrong == {}
    assert {"yaml", "dateutil"} <= set(seen)


def test_the_table_holds_only_names_that_differ() -> None:
    same = [m for m, d in distributions().items() if normalized(m) == normalized(d) and "." not in m and "[" not in d]
    assert set(same) <= {"setuptools", "attrs"}
