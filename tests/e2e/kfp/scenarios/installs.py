"""Packages that cannot be installed: contradictions, builds, a read-only file system, an index that is not trusted."""

import argo
from kfp import dsl
from kit import IMAGE, Label, Scenario, failed, pipeline_run
from parts import INDEX, INDEX_HOST

MAIN = {"kind": "Pod", "container": "main"}


def forecast(days: int):
    print("forecasting", days, "days")


def _installing(name, packages, trusted=True):
    component = dsl.component(
        base_image=IMAGE,
        install_kfp_package=False,
        packages_to_install=packages,
        pip_index_urls=[INDEX],
        pip_trusted_hosts=[INDEX_HOST] if trusted else None,
    )(forecast)

    @dsl.pipeline(name=name)
    def pipeline(days: int = 7):
        component(days=days)

    return pipeline


def _fails(
    name,
    cause,
    run,
    packages,
    note,
    facts=None,
    advice=("packages_to_install",),
    also=(),
    never=(),
    start=None,
    misleading=False,
    trusted=True,
):
    label = Label(
        cause,
        "failed",
        task="forecast",
        object=MAIN,
        facts={"exit_code": 1, **(facts or {})},
        advice=advice,
        also=also,
        never=(*never, "python/exception", "process/exit-code"),
        misleading=misleading,
        note=note,
    )
    begin = pipeline_run(_installing(run, packages, trusted), run)
    return Scenario(name, label, start(begin) if start else begin, failed, within=300, settle=4)


SCENARIOS = [
    _fails(
        "packages-contradict",
        "install/conflict",
        "sales-forecast",
        ["pandas==2.1.4", "featurelib==1.0.0"],
        "pandas 2.1.4 wants numpy below 2, featurelib wants 2 or later.",
    ),
    _fails(
        "package-cannot-be-built",
        "install/build-failed",
        "sales-forecast-geo",
        ["fastgeo==3.1.0"],
        "Only a source package, and the image has no compiler.",
        {"package": "fastgeo"},
        advice=("fastgeo",),
    ),
    _fails(
        "file-system-read-only",
        "install/not-permitted",
        "sales-forecast-locked",
        ["xgboost==2.0.3"],
        "The container's file system is read-only.",
        start=lambda begin: argo.submitted(
            begin, argo.executor(container={"securityContext": {"readOnlyRootFilesystem": True}})
        ),
        advice=(),
        also=("kfp/launcher-failed",),
    ),
    _fails(
        "index-not-trusted",
        "install/index-unreachable",
        "sales-forecast-plain",
        ["xgboost==2.0.3"],
        "The index speaks plain HTTP and is not among the trusted hosts: pip ignores it, and then says there is no such "
        "version.",
        trusted=False,
        advice=("pip_trusted_hosts",),
        also=("install/package-not-found",),
        misleading=True,
    ),
    _fails(
        "package-name-unknown",
        "install/package-not-found",
        "sales-forecast-typo",
        ["xgboots"],
        "A typing error.",
        {"package": "xgboots"},
        never=("install/index-unreachable",),
    ),
]
