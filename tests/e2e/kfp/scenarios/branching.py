"""Failures in loops, in branches side by side, in exit handlers, and ones that the pipeline says to ignore."""

from kfp import dsl
from kit import Label, Scenario, failed, pipeline_run, succeeded
from parts import step

MAIN = {"kind": "Pod", "container": "main"}


@step
def list_regions() -> list:
    return ["north", "south-west", "7"]


@step
def count_stores(region: int) -> int:
    return region * 2


@step
def score_shard(shard: str):
    rows = {"a": 3, "b": 5, "d": 8}
    print("shard", shard, "has", rows[shard], "rows")


@step
def load_currency(code: str):
    raise LookupError(f"no rates for {code}")


@step
def load_holidays(year: int):
    import workalendar

    print(workalendar, year)


@step
def close_books(year: int):
    print("books of", year, "closed")


@step
def notify(status: dsl.PipelineTaskFinalStatus):
    raise ConnectionAbortedError(f"mail server hung up while telling of {status.state}")


@dsl.pipeline(name="store-count")
def store_count():
    with dsl.ParallelFor(list_regions().output, name="by-region") as region:
        count_stores(region=region)


@dsl.pipeline(name="shard-score")
def shard_score():
    with dsl.ParallelFor(["a", "b", "c", "d"], name="by-shard") as shard:
        score_shard(shard=shard)


@dsl.pipeline(name="year-end")
def year_end():
    load_currency(code="XAU")
    load_holidays(year=2026)


@dsl.pipeline(name="year-close")
def year_close():
    with dsl.ExitHandler(notify(), name="tell"):
        close_books(year=2026)


@dsl.pipeline(name="year-close-both")
def year_close_both():
    with dsl.ExitHandler(notify(), name="tell"):
        load_currency(code="XAG")


@dsl.pipeline(name="optional-holidays")
def optional_holidays():
    close_books(year=2026).after(load_holidays(year=2026)).ignore_upstream_failure()


def _python(cause, task, **more):
    return Label(cause, "failed", task=task, object=MAIN, **more)


SCENARIOS = [
    Scenario(
        "loop-item-is-no-number",
        Label(
            "kfp/input-unresolved",
            "failed",
            also=("kfp/driver-failed",),
            never=("python/exception",),
            note="A list made by a step holds texts, the loop's body wants an integer: its driver fails.",
        ),
        pipeline_run(store_count, "store-count"),
        failed,
        within=400,
    ),
    Scenario(
        "one-loop-iteration-fails",
        _python(
            "python/exception",
            None,
            facts={"exception": "KeyError", "exit_code": 1},
            note="One of four iterations has a shard that is not there.",
        ),
        pipeline_run(shard_score, "shard-score"),
        failed,
        within=400,
    ),
    Scenario(
        "two-branches-fail",
        _python(
            "python/missing-package",
            None,
            also=("python/exception",),
            note="Two parallel steps fail for two reasons; both are to be told.",
        ),
        pipeline_run(year_end, "year-end"),
        failed,
        within=300,
    ),
    Scenario(
        "exit-handler-fails",
        Label(
            "python/exception",
            "succeeded",
            task="notify",
            object=MAIN,
            facts={"exception": "ConnectionAbortedError"},
            misleading=True,
            note="The task went well, its exit handler did not: KFP calls the run SUCCEEDED all the same.",
        ),
        pipeline_run(year_close, "year-close"),
        succeeded,
        within=300,
    ),
    Scenario(
        "task-and-exit-handler-fail",
        _python(
            "python/exception",
            "exit-handler-1.load-currency",
            facts={"exception": "LookupError"},
            note="Both fail; the task comes first.",
        ),
        pipeline_run(year_close_both, "year-close-both"),
        failed,
        within=300,
    ),
    Scenario(
        "failure-that-is-ignored",
        Label(
            "python/missing-package",
            "failed",
            task="load-holidays",
            object=MAIN,
            facts={"module": "workalendar"},
            note="The second step ignores the first one's failure; the run failed all the same.",
        ),
        pipeline_run(optional_holidays, "optional-holidays"),
        lambda c, g: c.state(g.run_id) in ("FAILED", "SUCCEEDED"),
        within=300,
    ),
]
