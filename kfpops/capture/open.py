"""From a path to a bundle, and from a bundle to a cluster whose time stands still."""

from __future__ import annotations

from pathlib import Path

from kfpops.capture.bucket import bucket_of
from kfpops.capture.bundle import Bundle, read_bundle
from kfpops.capture.contents import Contents, Folder, Tar, Zip
from kfpops.capture.kubernetes import BundleKubernetes
from kfpops.capture.lineage import FOLDER, SOURCES, BundleLineage
from kfpops.capture.pipelines import BundlePipelines
from kfpops.capture.store import BundleStore
from kfpops.errors import UsageError
from kfpops.model.diagnosis import Source
from kfpops.ports import Cluster


def open_bundle(path: Path, name: str = "") -> Bundle:
    """Open a folder, a .tar.gz or a .zip; what it is, its first bytes say. `name`: how messages call it.

    Raises `UsageError` when there is nothing, when it cannot be read, or when it is no bundle.
    """
    shown = name or str(path)
    return read_bundle(_contents(path, shown), shown)


def open_cluster(path: Path, *, namespace: str = "", kfp_namespace: str = "", name: str = "") -> Cluster:
    """A bundle as ports. `now` is the bundle's end; a port is None when the bundle has nothing of that kind.

    `namespace` is the one the user means, else the bundle's; `kfp_namespace` overrides what the bundle says.
    """
    bundle = open_bundle(path, name)
    recording = bundle.recording
    home = kfp_namespace or recording.kfp_namespace
    return Cluster(
        source=Source("bundle", bundle.name),
        namespace=namespace or recording.namespace or home,
        home=lambda: home,
        now=recording.ended_at,
        kubernetes=BundleKubernetes(bundle),
        pipelines=BundlePipelines(bundle) if bundle.exists("kfp") or bundle.gap("KFP REST API") else None,
        store=BundleStore(bundle) if bundle.exists("store") or bundle.gap("object store") else None,
        lineage=BundleLineage(bundle) if bundle.exists(FOLDER) or bundle.gap(*SOURCES) else None,
        complete=bundle.recording.scope.everything,
        bucket=bucket_of(bundle) if bundle.exists("store") or bundle.gap("object store") else None,
    )


def _contents(path: Path, shown: str) -> Contents:
    if path.is_dir():
        return Folder(path)
    try:
        packed = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no bundle {shown}.", "Give --from a folder, a .tar.gz or a .zip.") from None
    except OSError as error:
        raise UsageError(f"The bundle {shown} cannot be read: {error.strerror}.") from error
    if packed.startswith(b"PK"):
        return Zip(packed, shown)
    if packed.startswith(b"\x1f\x8b") or packed[257:262] == b"ustar":
        return Tar(packed, shown)
    raise UsageError(f"{shown} is no bundle: neither a folder nor a .tar.gz or .zip archive.")
