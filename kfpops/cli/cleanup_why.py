"""`kfpops cleanup why URI`: the path that keeps it alive, or the rule that takes it."""

from __future__ import annotations

from pathlib import Path

import click

from kfpops.cli.cleanup_policy import policy_and_pins
from kfpops.cli.options import takes_settings
from kfpops.cli.printing import show
from kfpops.cli.progress import Progress
from kfpops.settings import Settings


@click.command("why")
@click.argument("uri", metavar="URI")
@click.option("--policy", "policy_file", metavar="FILE", help="Judge by this policy. Default: one that deletes nothing.")
@takes_settings
def command(settings: Settings, uri: str, policy_file: str | None) -> int:
    """Say why something stays, or what takes it.

    URI is an object or a folder in the store: minio://mlpipeline/v2/artifacts/… What is said is what a plan would do.
    """
    from kfpops.cleanup.gather.why import why
    from kfpops.cleanup.policy.policy import Policy
    from kfpops.cleanup.why.present import present_why
    from kfpops.cleanup.why.report import why_report
    from kfpops.compose import open_cluster

    policy, pins = policy_and_pins(policy_file) if policy_file else (Policy(), "")
    with Progress(f"reading what is known of {uri}"):
        answer = why(open_cluster(settings), policy, uri, Path(policy_file).name if policy_file else "", pins)
    full = bool(settings.verbosity) or settings.output == "wide"
    show(settings, lambda: present_why(answer, full=full), lambda at: why_report(answer, at))
    return 0
