"""What a pod takes from Secrets and ConfigMaps, and which keys those really have."""

from __future__ import annotations

from collections.abc import Iterable

from kfpops.knowledge.config_text import MissingReference
from kfpops.model.container import Container, EnvVar
from kfpops.model.meta import Metadata
from kfpops.model.namespaced import ConfigMap, Secret
from kfpops.model.pod import Pod


def held_by(pod: Pod, found: MissingReference) -> str:
    """The Secret or ConfigMap behind the volume that wants it; the volume's own name when the pod does not tell."""
    volume = next((v for v in pod.spec.volumes if v.name == found.volume), None)
    if volume is None:
        return found.volume or ""
    if found.holder == "Secret":
        return volume.secret.secret_name if volume.secret else volume.name
    return volume.config_map.name if volume.config_map else volume.name


def keys_of(
    found: MissingReference, namespace: str, secrets: Iterable[Secret] | None, config_maps: Iterable[ConfigMap] | None
) -> tuple[str, ...] | None:
    """The keys of the Secret or ConfigMap that was asked; None when it was not read, or is not there."""

    def is_it(metadata: Metadata) -> bool:
        return (metadata.namespace, metadata.name) == (namespace, found.name)

    if found.holder == "Secret":
        secret = next((s for s in secrets or () if is_it(s.metadata)), None)
        return secret.keys if secret else None
    config = next((c for c in config_maps or () if is_it(c.metadata)), None)
    return (*config.data, *config.binary_data) if config else None


def variables_from(container: Container, found: MissingReference) -> tuple[tuple[str, str], ...]:
    """(key, variable) of everything that a container takes from it as environment variables."""
    return tuple((key, e.name) for e in container.env if (key := _key(e, found)) is not None)


def _key(variable: EnvVar, found: MissingReference) -> str | None:
    source = variable.value_from
    if source is None:
        return None
    selector = source.secret_key_ref if found.holder == "Secret" else source.config_map_key_ref
    return selector.key if selector is not None and selector.name == found.name else None
