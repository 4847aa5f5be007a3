"""The cluster of the end-to-end tests: one that runs already, or a test bed's, started and stopped here."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

# The first start builds Kubernetes.
_UP_SECONDS = 30 * 60
_KFP_UP_SECONDS = 15 * 60
_DOWN_SECONDS = 120
# Where the test bed's `kfp-up` puts KFP's API on this machine.
KFP_URL = "http://127.0.0.1:8888"


@contextmanager
def cluster(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The kubeconfig's path, or "" and the reason why there is none. What is started here is stopped here."""
    given = environ.get("KFPOPS_E2E_KUBECONFIG", "")
    folder = environ.get("KFPOPS_TEST_CLUSTER", "")
    if given:
        yield (given, "") if answers(given) else ("", f"the cluster of {given} does not answer")
        return
    if not folder or not (Path(folder) / "up").exists():
        yield "", "neither KFPOPS_E2E_KUBECONFIG nor KFPOPS_TEST_CLUSTER names a cluster"
        return
    ran_before = answers(str(home(environ) / "kubeconfig"))
    started, said = _up(Path(folder))
    try:
        yield (said, "") if started else ("", f"the test bed did not start: {said}")
    finally:
        if not ran_before:
            print("stopping the test bed", file=sys.stderr, flush=True)
            subprocess.run([Path(folder) / "down"], timeout=_DOWN_SECONDS, check=False)


def home(environ: Mapping[str, str]) -> Path:
    """Where the test bed keeps its state."""
    return Path(environ.get("KFPOPS_CLUSTER_HOME") or Path.home() / ".cache" / "kfpops-cluster")


def answers(kubeconfig: str) -> bool:
    """Whether an API server speaks where the kubeconfig's first cluster is, be it to refuse.

    A connection proves nothing, nor does a 404: some networks answer for every address. An API server says `ok`, or refuses
    with a Status. Nothing secret is sent, so no certificate is checked.
    """
    try:
        server = yaml.safe_load(Path(kubeconfig).read_text())["clusters"][0]["cluster"]["server"]
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(f"{server}/livez", timeout=5, context=context) as answer:
            return bool(answer.read(100) == b"ok")
    except urllib.error.HTTPError as error:
        return b'"Status"' in error.read(1000)
    except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError, TypeError, yaml.YAMLError):
        return False


def _up(folder: Path) -> tuple[bool, str]:
    """Whether it runs; the kubeconfig's path, or what it said last."""
    print(
        f"starting the test bed of {folder} (the first time it is built, which takes minutes)", file=sys.stderr, flush=True
    )
    try:
        done = subprocess.run([folder / "up"], stdout=subprocess.PIPE, text=True, timeout=_UP_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False, "it took too long"
    last = (done.stdout.strip().splitlines() or ["no output"])[-1]
    return done.returncode == 0, last


@contextmanager
def kfp(kubeconfig: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Why there is no KFP to ask; "" when one answers. A test bed starts its own, where it was given the programs.

    A KFP that comes back by itself with its cluster is ready, but its addresses on this machine are closed; `kfp-up` opens
    them.
    """
    folder = Path(environ.get("KFPOPS_TEST_CLUSTER", ""))
    before = _kfp_state(kubeconfig)
    release = Path(environ.get("KFPOPS_KFP_RELEASE") or home(environ) / "kfp" / "release")
    url = environ.get("SCENARIO_KFP_URL", KFP_URL)
    if before == "ready" and _healthy(url):
        yield ""
    elif not (folder / "kfp-up").exists() or not (release / "bin").is_dir():
        lacks = f"nothing answers at {url}" if before == "ready" else "no KFP answers in this cluster"
        yield f"{lacks}, and KFP's programs are not in {release}"
    else:
        try:
            why = _kfp_up(folder, kubeconfig)
            yield why or ("" if _healthy(url) else f"kfp-up ended well, but nothing answers at {url}")
        finally:
            # What was deployed before, though it did not answer, keeps its data.
            remove = ["--remove"] if before == "absent" else []
            subprocess.run([folder / "kfp-down", *remove], timeout=_DOWN_SECONDS, check=False)


def _kfp_up(folder: Path, kubeconfig: str) -> str:
    try:
        done = subprocess.run([folder / "kfp-up"], timeout=_KFP_UP_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "kfp-up took too long"
    return "" if done.returncode == 0 and _kfp_state(kubeconfig) == "ready" else "kfp-up failed; it says why above"


def _healthy(url: str) -> bool:
    """Whether KFP's API says so at this address. An answer in other words is no KFP's."""
    try:
        with urllib.request.urlopen(f"{url}/apis/v2beta1/healthz", timeout=5) as answer:
            return isinstance(json.load(answer), dict)
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _kfp_state(kubeconfig: str) -> str:
    """ready, absent, or there without answering; as the installed command says."""
    command = ["kfpops", "--kubeconfig", kubeconfig, "status", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        return "unknown"
    states = {part["name"]: part["state"] for part in json.loads(done.stdout)["parts"]}
    if states["KFP"] == "ready":
        return "ready"
    return "absent" if states["Argo workflow controller"] == "absent" else "not answering"
