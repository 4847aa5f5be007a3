"""Gather: from a cluster's ports to Facts. The only part of diagnose that talks to ports.

Little is asked for: the run, its pods and its workflow; events, logs and further lists only when a sign calls for them.
What cannot be read becomes an entry of `missing`; only an unreachable cluster is an error.
"""

from kfpops.diagnose.gather.namespace import gather_namespace
from kfpops.diagnose.gather.pod import gather_pod
from kfpops.diagnose.gather.run import gather_run

__all__ = ["gather_namespace", "gather_pod", "gather_run"]
