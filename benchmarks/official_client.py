"""The official client lists the pods of a namespace in pages of 500: `official_client URL NAMESPACE [FIELD_SELECTOR]`."""

from __future__ import annotations

import sys

from kubernetes import client


def main() -> None:
    url, namespace, *selector = sys.argv[1:]
    configuration = client.Configuration()
    configuration.host = url
    api = client.CoreV1Api(client.ApiClient(configuration))
    options = {"field_selector": selector[0]} if selector else {}
    pods, token = [], None
    while token != "":
        page = api.list_namespaced_pod(namespace, limit=500, **({"_continue": token} if token else {}), **options)
        pods += page.items
        token = page.metadata._continue or ""
    print(len(pods))


if __name__ == "__main__":
    main()
