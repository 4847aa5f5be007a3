"""Locks, limits, deadlines, retries and schedules: what Argo and people do to a run."""

import time

import argo
from kfp import compiler, dsl
from kit import Going, Label, Scenario, after, configmap, failed, node_message, pipeline_run, task_running
from parts import step

MAIN = {"kind": "Pod", "container": "main"}


@step
def settle_accounts(seconds: int):
    import time

    for second in range(0, seconds, 5):
        print("settled for", second, "s", flush=True)
        time.sleep(5)


@step
def fetch_quotes(ready_at: float):
    import time

    if time.time() < ready_at:
        raise ConnectionResetError("the exchange closed the connection")
    import quotelib

    print(quotelib)


def _settling(name, seconds=400):
    @dsl.pipeline(name=name)
    def pipeline():
        settle_accounts(seconds=seconds).set_cpu_request("20m")

    return pipeline


@dsl.pipeline(name="quote-fetch")
def quote_fetch(ready_at: float):
    fetch_quotes(ready_at=ready_at).set_retry(2, backoff_duration="25s", backoff_factor=1.0)


def _always(workflow):
    number = next(n for n, t in enumerate(workflow["spec"]["templates"]) if t["name"] == "retry-system-container-impl")
    return [{"op": "add", "path": f"/spec/templates/{number}/retryStrategy/retryPolicy", "value": "Always"}]


def _until_ready(cluster):
    return pipeline_run(quote_fetch, "quote-fetch", {"ready_at": time.time() + 45})(cluster)


def _holding(first, second, lock):
    """Two runs whose executors want the same lock."""

    def start(cluster):
        held = argo.submitted(pipeline_run(_settling(first), first), argo.executor(synchronization=lock))(cluster)
        until = time.monotonic() + 120
        while not task_running("settle-accounts", 1)(cluster, held) and time.monotonic() < until:
            time.sleep(1)
        going = argo.submitted(pipeline_run(_settling(second), second), argo.executor(synchronization=lock))(cluster)
        going.others.append(held.run_id)
        return going

    return start


def _release(*objects):
    def end(cluster, going):
        for run_id in going.others:
            cluster.terminate(run_id)
        cluster.delete(*objects)

    return end


SEATS = configmap("account-seats", {"ledger": "1"})
MUTEX = {"mutexes": [{"name": "ledger"}]}
SEMAPHORE = {"semaphores": [{"configMapKeyRef": {"name": "account-seats", "key": "ledger"}}]}


def _seats(cluster):
    cluster.apply(SEATS)
    return _holding("account-settle-us", "account-settle-asia", SEMAPHORE)(cluster)


def _too_many(cluster):
    """One workflow at a time; one is under way."""
    first = cluster.submit(_settling("account-close"), "account-close one")
    until = time.monotonic() + 90
    while not task_running("settle-accounts", 1)(cluster, Going(run_id=first)) and time.monotonic() < until:
        time.sleep(1)
    _parallelism(cluster, "1")
    second = cluster.submit(_settling("account-close"), "account-close two")
    return Going(run_id=second, name="account-close two", others=[first])


def _parallelism(cluster, number):
    """The controller reads it when it starts. (namespaceParallelism had no effect on a namespaced installation.)"""
    change = {"data": {"parallelism": number}}
    cluster.patch("configmap", "workflow-controller-configmap", change, cluster.namespace)
    cluster.scale("workflow-controller", 0)
    time.sleep(4)
    cluster.scale("workflow-controller", 1)
    cluster.rolled_out("workflow-controller")


def _unlimited(cluster, going):
    _parallelism(cluster, None)
    for run_id in going.others:
        cluster.terminate(run_id)


def _overlapping(cluster):
    path = "/tmp/account-minutes.yaml"
    compiler.Compiler().compile(_settling("account-minutes", 900), path)
    experiment = cluster.client.create_experiment("Default", namespace=cluster.namespace).experiment_id
    job = cluster.client.create_recurring_run(
        experiment, "account-minutes", pipeline_package_path=path, interval_second=60, max_concurrency=1
    )
    return Going(kind="recurringrun", run_id=job.recurring_run_id, name="account-minutes")


def _drop(cluster, going):
    for run in cluster.kfp("/apis/v2beta1/runs?page_size=50&sort_by=created_at%20desc").get("runs", []):
        if run.get("recurring_run_id") == going.run_id:
            cluster.terminate(run["run_id"])
    cluster.kfp(f"/apis/v2beta1/recurringruns/{going.run_id}", "DELETE")


def _run(name, seconds=400):
    return pipeline_run(_settling(name, seconds), name)


SCENARIOS = [
    Scenario(
        "deadline-of-the-whole-run",
        Label(
            "process/deadline",
            "failed",
            task="settle-accounts",
            facts={"deadline_seconds": 45},
            never=("run/cancelled",),
            misleading=True,
            note="activeDeadlineSeconds of the workflow: the same words as after a cancel.",
        ),
        argo.submitted(_run("account-audit"), argo.workflow_spec(activeDeadlineSeconds=45)),
        failed,
        within=200,
        settle=6,
    ),
    Scenario(
        "step-waits-for-a-mutex",
        Label(
            "workflow/waiting-for-lock",
            "waiting",
            facts={"lock": "ledger"},
            note="The step, not the workflow, wants the mutex.",
        ),
        _holding("account-settle-eu", "account-settle-uk", MUTEX),
        node_message("Waiting for"),
        settle=35,
        within=120,
        end=_release(),
    ),
    Scenario(
        "step-waits-for-a-semaphore",
        Label("workflow/waiting-for-lock", "waiting", facts={"lock": "ledger"}, note="A semaphore of one seat."),
        _seats,
        node_message("Waiting for"),
        settle=35,
        within=120,
        end=_release(SEATS),
    ),
    Scenario(
        "attempts-end-differently",
        Label(
            "python/missing-package",
            "failed",
            task="fetch-quotes",
            object=MAIN,
            facts={"module": "quotelib"},
            misleading=True,
            note="The first attempts met a closed connection, the last one a missing package: the last one counts.",
        ),
        argo.submitted(_until_ready, _always),
        failed,
        within=400,
    ),
    Scenario(
        "one-workflow-at-a-time",
        Label(
            "workflow/parallelism-limit",
            "waiting",
            advice=("arallelism",),
            note="Argo runs one workflow of the namespace at a time.",
        ),
        _too_many,
        after(60),
        alone=True,
        end=_unlimited,
    ),
    Scenario(
        "schedule-kept-by-its-own-run",
        Label(
            "schedule/concurrency-blocked",
            "waiting",
            object={"kind": "ScheduledWorkflow"},
            note="One run of it at a time, and the first takes longer than the interval.",
        ),
        _overlapping,
        after(215),
        within=260,
        end=_drop,
    ),
]
