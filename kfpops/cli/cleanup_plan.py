"""`kfpops cleanup plan --policy FILE --output PLAN`: what may go, written down to be reviewed."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kfpops.cli.cleanup_policy import policy_and_pins
from kfpops.cli.options import FORMATS, Format, takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.ports import Cluster


@click.command("plan")
@click.option("--policy", "policy_file", required=True, metavar="FILE", help="What stays and what may go: YAML.")
@click.option("--output", "target", required=True, metavar="PLAN", help="Where to write the plan: a new file, or a plan.")
@click.option("--audit", is_flag=True, help="Also name artifacts whose bytes are gone.")
@click.option("--previous", metavar="PLAN", help="Refuse when much less is in use than in it. Default: what is at --output.")
@click.option("--inventory", metavar="URI", help="Read this S3 Inventory (manifest.json) instead of listing the bucket.")
@click.option("--unsafe-grace", is_flag=True, help="Accept a grace of less than 24 hours.")
@click.option("-o", "output", type=Format(), metavar=f"[{'|'.join(FORMATS)}]", help="How to print the summary.")
@partial(takes_settings, without="--output")
def command(
    settings: Settings,
    *,
    policy_file: str,
    target: str,
    audit: bool,
    previous: str | None,
    inventory: str | None,
    unsafe_grace: bool,
) -> int:
    """Write down what may go, and why; nothing is deleted.

    PLAN is JSON Lines: every object with the reason and rule by which it may go, and how much stays for which reason. It is
    written when it is whole. Exit code 4, and no plan, when something is not known, more would go than the limits allow, or
    a plan lies there whose apply has begun and not ended. One that has ended is put aside, with its journal; ten stay.
    """
    if target == "-":
        raise click.UsageError("A plan is written to a file, as a whole: --output plan.jsonl")
    from kfpops.cleanup.gather.plan import PlanRequest, make_plan
    from kfpops.cleanup.plan.present import present
    from kfpops.cleanup.plan.report import plan_report
    from kfpops.compose import open_cluster

    policy, pins = policy_and_pins(policy_file)
    with Progress("opening the cluster") as progress, tempfile.TemporaryDirectory(prefix="kfpops-inventory-") as folder:
        cluster = open_cluster(settings)
        if inventory:
            cluster = _listed_by(cluster, inventory, Path(folder))
        before = Path(previous) if previous else None
        asked = PlanRequest(Path(policy_file).name, pins, unsafe_grace, audit, before, progress.say, inventory or "")
        summary = make_plan(cluster, policy, asked, Path(target))
    full = bool(settings.verbosity) or settings.output == "wide"
    show(settings, lambda: present(summary, full=full), lambda at: plan_report(summary, at))
    return 0


def _listed_by(cluster: Cluster, inventory: str, folder: Path) -> Cluster:
    from kfpops.compose import with_inventory

    return with_inventory(cluster, inventory, folder)
