"""End-to-end tests, in a real browser, with a real Prometheus and on a real cluster.

The last lines say which tier ran, or why it could not.

Which cluster: KFPOPS_E2E_KUBECONFIG names the kubeconfig of one that runs. Else KFPOPS_TEST_CLUSTER is a folder with the
programs `up`, `down` and `kfp-up` of a test bed, which is started, and stopped again if it was not running before.
"""

from __future__ import annotations

import os
import sys

import testbed
import tiers


def main() -> int:
    """0 when no test failed. A tier that cannot run is no failure, but it is told last, where it is seen."""
    alone = [tiers.browser(os.environ), tiers.prometheus(os.environ)]
    with testbed.cluster(os.environ) as (kubeconfig, why):
        results = tiers.run(kubeconfig, os.environ) if kubeconfig else [tiers.not_run(name, why) for name in tiers.NAMES]
    results = [*alone, *results]
    print("\nend-to-end tests:")
    for result in results:
        print(f"  {result.name}: {result.told}")
    return 1 if any(r.failed for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
