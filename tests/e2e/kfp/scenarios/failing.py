"""A pipeline of one step that fails, with its label: what most scenarios of user code need. No scenario lives here."""

from kfp import dsl
from kit import Label, Scenario, failed, pipeline_run

MAIN = {"kind": "Pod", "container": "main"}


def one_step(name, component, arguments):
    @dsl.pipeline(name=name)
    def pipeline():
        component(**arguments).set_cpu_request("50m").set_memory_limit("512Mi")

    return pipeline


def fails(name, run, component, cause, note, arguments=None, facts=None, advice=(), also=(), never=(), misleading=False):
    task = component.name.replace("_", "-")
    label = Label(
        cause,
        "failed",
        task=task,
        object=MAIN,
        facts={"exit_code": 1, **(facts or {})},
        advice=advice,
        also=also,
        never=never,
        misleading=misleading,
        note=note,
    )
    return Scenario(name, label, pipeline_run(one_step(run, component, arguments or {}), run), failed, settle=4)
