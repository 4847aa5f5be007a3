"""What the KFP SDK cannot say of a pod, said in the workflow right after it was submitted: no scenario lives here."""

import json

EXECUTOR = "system-container-impl"


def submitted(start, change):
    """Start, and then change the workflow, long before the executor's pod is made (two drivers come first)."""

    def begin(cluster):
        going = start(cluster)
        workflow = None
        while workflow is None:
            workflow = cluster.workflow(going.run_id)
        rows = change(workflow)
        cluster.kubectl(
            "patch",
            "workflows.argoproj.io",
            workflow["metadata"]["name"],
            "-n",
            cluster.namespace,
            "--type=json",
            "-p",
            json.dumps(rows),
        )
        return going

    return begin


def executor(**fields):
    """Fields of the executor's template; `container` adds to its container."""

    def change(workflow):
        templates = workflow["spec"]["templates"]
        number = next(n for n, t in enumerate(templates) if t["name"] == EXECUTOR)
        container = fields.get("container", {})
        rows = [(f"/spec/templates/{number}/{k}", v) for k, v in fields.items() if k != "container"]
        rows += [(f"/spec/templates/{number}/container/{k}", v) for k, v in container.items()]
        return [{"op": "add", "path": path, "value": value} for path, value in rows]

    return change


def every_pod(**spec):
    """Fields of the pod spec, for every pod of the workflow from now on."""
    return lambda workflow: [{"op": "add", "path": "/spec/podSpecPatch", "value": json.dumps(spec)}]


def workflow_spec(**spec):
    return lambda workflow: [{"op": "add", "path": f"/spec/{k}", "value": v} for k, v in spec.items()]
