"""Calls of the user's code that reach nobody, are not trusted, or lack credentials."""

from kfp import dsl
from kit import Label, Scenario, failed, pipeline_run, remove
from parts import TOOLS, step

MAIN = {"kind": "Pod", "container": "main"}


@step
def fetch_rates(url: str, seconds: int):
    import requests

    print("asking", url)
    print(requests.get(url, timeout=seconds).status_code)


@step
def fetch_rates_plain(host: str, port: int, seconds: int):
    import socket

    print("connecting to", host)
    socket.create_connection((host, port), timeout=seconds)


@step
def fetch_wrapped(url: str):
    import urllib.request

    class RatesUnavailable(RuntimeError):
        pass

    try:
        urllib.request.urlopen(url, timeout=5)
    except OSError as error:
        raise RatesUnavailable("no rates for today") from error


@step
def list_pods(namespace: str):
    from kubernetes import client, config

    config.load_incluster_config()
    print(len(client.CoreV1Api().list_namespaced_secret(namespace).items))


@step
def open_bucket(bucket: str):
    import os

    os.environ["NO_GCE_CHECK"] = "true"
    from google.cloud import storage

    print(storage.Client(project="rates").bucket(bucket))


@step
def read_table(text: str, kind: str):
    """The exceptions of botocore, under their own names: it is not in the image."""
    import os
    import sys

    os.makedirs("/tmp/site/botocore")
    with open("/tmp/site/botocore/__init__.py", "w"):
        pass
    with open("/tmp/site/botocore/exceptions.py", "w") as out:
        out.write(f"class {kind}(Exception):\n    pass\n\n\ndef call():\n    raise {kind}({text!r})\n")
    sys.path.insert(0, "/tmp/site")
    from botocore import exceptions

    print("reading the table of rates")
    exceptions.call()


def _pipeline(name, component, arguments):
    @dsl.pipeline(name=name)
    def pipeline():
        component(**arguments).set_cpu_request("50m")

    return pipeline


def _fails(name, cause, run, component, arguments, note, facts=None, advice=(), also=(), never=(), before=()):
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
        note=note,
    )
    start = pipeline_run(_pipeline(run, component, arguments), run, before=before)
    return Scenario(name, label, start, failed, settle=4, end=remove(*before) if before else None)


FAR = "10.255.255.1"
GATEWAY_HOST = f"rates-gateway.{TOOLS}.svc.cluster.local"
GATEWAY = (
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "rates-gateway", "namespace": TOOLS},
        "spec": {"ports": [{"port": 8080, "targetPort": 8080}]},
    },
    {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "rates-gateway-1",
            "namespace": TOOLS,
            "labels": {"kubernetes.io/service-name": "rates-gateway"},
        },
        "addressType": "IPv4",
        "ports": [{"port": 8080, "protocol": "TCP"}],
        "endpoints": [{"addresses": [FAR], "conditions": {"ready": True}}],
    },
)
SCENARIOS = [
    _fails(
        "host-does-not-answer",
        "network/timeout",
        "rates-import-gateway",
        fetch_rates,
        {"url": f"http://{GATEWAY_HOST}:8080/v1", "seconds": 4},
        "The Service's only endpoint is an address that nobody has; requests gives up after four seconds.",
        {"host": GATEWAY_HOST, "port": 8080},
        before=GATEWAY,
    ),
    _fails(
        "socket-times-out",
        "network/timeout",
        "rates-import-raw",
        fetch_rates_plain,
        {"host": FAR, "port": 5432, "seconds": 4},
        "A bare socket's timeout: neither host nor port stands in the exception.",
    ),
    _fails(
        "certificate-not-trusted",
        "network/tls",
        "rates-import-tls",
        fetch_rates,
        {"url": "https://kubernetes.default.svc/version", "seconds": 5},
        "A certificate of an authority that Python does not know.",
        {"host": "kubernetes.default.svc"},
    ),
    _fails(
        "plain-server-asked-for-tls",
        "network/tls",
        "rates-import-wrong",
        fetch_rates,
        {"url": "https://ml-pipeline.kubeflow.svc:8888/", "seconds": 5},
        "TLS spoken to a port of plain HTTP.",
        {"host": "ml-pipeline.kubeflow.svc"},
    ),
    _fails(
        "refused-behind-own-exception",
        "network/connection-refused",
        "rates-import-wrapped",
        fetch_wrapped,
        {"url": "http://127.0.0.1:9201/rates"},
        "The program wraps the refusal in an exception of its own.",
        also=("python/exception",),
    ),
    _fails(
        "cluster-says-forbidden",
        "credentials/denied",
        "secret-count",
        list_pods,
        {"namespace": "kube-system"},
        "The step's service account may not list Secrets of another namespace.",
        {"http_status": 403},
        also=("admission/forbidden",),
        never=("kfp/store-denied",),
    ),
    _fails(
        "no-google-credentials",
        "credentials/missing",
        "bucket-open",
        open_bucket,
        {"bucket": "rates"},
        "google-auth finds no default credentials.",
    ),
    _fails(
        "no-aws-credentials",
        "credentials/missing",
        "table-read",
        read_table,
        {"text": "Unable to locate credentials", "kind": "NoCredentialsError"},
        "botocore finds no credentials.",
    ),
    _fails(
        "aws-token-expired",
        "credentials/expired",
        "table-read-late",
        read_table,
        {
            "text": "An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired.",
            "kind": "ClientError",
        },
        "A token that was valid once.",
    ),
    _fails(
        "aws-access-denied",
        "credentials/denied",
        "table-read-other",
        read_table,
        {
            "text": "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
            "kind": "ClientError",
        },
        "Credentials without the right.",
    ),
]
