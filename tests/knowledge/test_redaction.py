"""Ordinary text survives; credentials do not, whatever they are wrapped in; and the time stays linear."""

from __future__ import annotations

import time

import pytest

from kfpops.knowledge.redaction import MARKER, redact, redact_value

ORDINARY = (
    pytest.param("commit 1a410efbd13591db07496601ebc7a059dd55cfe9 is bad", id="a git hash"),
    pytest.param("run 264684d1-280c-4bab-987d-08ae31e75a54 failed", id="a run id"),
    pytest.param(
        "python@sha256:4d3c5c1e0b7a6f2d8b9e1c2a3f4e5d6c7b8a9f0e1d2c3b4a5f6e7d8c9b0a1f2e not found", id="an image digest"
    ),
    pytest.param(
        "docker-pullable://python:3.11@sha256:4d3c5c1e0b7a6f2d8b9e1c2a3f4e5d6c", id="an image id is no URL with a password"
    ),
    pytest.param("node churn-training-p6rmr-1414110337 of churn-training-p6rmr", id="a node id"),
    pytest.param("Q2hlY2twb2ludCBzYXZlZCB0byAvdG1wL2NrcHQ= saved", id="base64 of a checkpoint's name"),
    pytest.param("generate(prompt, max_tokens=512, temperature=0.1)", id="a number of tokens"),
    pytest.param("pad_token='<pad>', eos_token=50256, bos_token: '<s>'", id="a language model's special tokens"),
    pytest.param("{'token': 'hello', 'score': 0.91}", id="a token that is a word"),
    pytest.param("SyntaxError: unexpected token: 'indent12'", id="a parser's token"),
    pytest.param("next_page_token=eyJ0IjoxMjM0NTY3ODkwfQ", id="a token that pages through a list"),
    pytest.param('secret "warehouse-cert" not found', id="the name of a Secret"),
    pytest.param("references non-existent secret key: password", id="the name of a key of a Secret"),
    pytest.param("couldn't find key learning-rate in Secret kubeflow/ranker", id="the key that is missing"),
    pytest.param('{"secretKey":"password","envVar":"DB_PASSWORD"}', id="which key becomes which variable"),
    pytest.param("secret_key_to_env={'access_key': 'AWS_ACCESS_KEY_ID'}", id="SDK code that says which key goes where"),
    pytest.param('"accessKeySecret":{"name":"mlpipeline-minio-artifact","key":"accesskey"}', id="a reference to a Secret"),
    pytest.param(r"{\"accessKeyKey\":\"accesskey\",\"secretKeyKey\":\"secretkey\"}", id="names of keys in KFP's settings"),
    pytest.param("minio://mlpipeline/v2/artifacts/churn/264684d1/model", id="the URI of an artifact"),
    pytest.param("GET http://seaweedfs.kubeflow.svc:9000/mlpipeline refused", id="a URL with a port"),
    pytest.param("git clone ssh://git@example.com/team/repo", id="a URL with a user only"),
    pytest.param("password=$(DB_PASSWORD) token={{inputs.parameters.token}}", id="references"),
    pytest.param("connect(user=user, password=password, api_key=None)", id="the source code of a call"),
    pytest.param('password = os.environ["DB_PASSWORD"]', id="source code that reads a variable"),
    pytest.param("def login(password: str, token: str = '')", id="types of parameters"),
    pytest.param("FATAL: password authentication failed for user reader", id="a database's refusal"),
    pytest.param("Unable to locate credentials", id="there are none"),
    pytest.param("--token-file /var/run/secrets/token --max-tokens 512", id="options that hold no token"),
    pytest.param("mysqld --mysql-native-password=ON", id="a switch"),
    pytest.param("PWD=/app HOME=/home/user", id="a working directory"),
    pytest.param("import hf_transfer; pip install sk-learn-contrib-estimators", id="names that begin like tokens"),
    pytest.param("Bearer authentication is required", id="prose about bearers"),
    pytest.param("authorization: access denied by policy", id="prose about authorization"),
    pytest.param("", id="nothing"),
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_survives(text: str) -> None:
    assert redact(text) == text


LOUD = "c4n4ryVALUE0123"
AFTER_BEGIN = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
CREDENTIALS = (
    pytest.param(f"password={LOUD}", f"password={MARKER}", id="an assignment"),
    pytest.param(f"Password: {LOUD}", f"Password: {MARKER}", id="a line of YAML"),
    pytest.param('{"password": "two words here"}', f'{{"password": "{MARKER}"}}', id="a password with spaces"),
    pytest.param(rf"{{\"db_password\":\"{LOUD}\"}}", rf"{{\"db_password\":\"{MARKER}\"}}", id="JSON in JSON"),
    pytest.param(f"DB_PASSWORD={LOUD},user=bob", f"DB_PASSWORD={MARKER},user=bob", id="what follows is kept"),
    pytest.param(f"url?user=a&api_key={LOUD}&x=1", f"url?user=a&api_key={MARKER}&x=1", id="a query string"),
    pytest.param(
        f'os.environ["HF_TOKEN"] = "{LOUD}"', f'os.environ["HF_TOKEN"] = "{MARKER}"', id="source code that sets it"
    ),
    pytest.param("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", f"aws_secret_access_key = {MARKER}", id="an AWS file"),
    pytest.param("login --token abcdef --user bob", f"login --token {MARKER} --user bob", id="an option and its value"),
    pytest.param("login --db-password=hunter2", f"login --db-password={MARKER}", id="an option with ="),
    pytest.param("key AKIAIOSFODNN7EXAMPLE in use", f"key {MARKER} in use", id="an AWS access key"),
    pytest.param(f"Authorization: Bearer {LOUD}", f"Authorization: Bearer {MARKER}", id="a bearer token"),
    pytest.param("authorization: Basic dXNlcjpwYXNz", f"authorization: Basic {MARKER}", id="basic authentication"),
    pytest.param("Set-Cookie: session=abc; Path=/", f"Set-Cookie: {MARKER}", id="a cookie"),
    pytest.param(
        "postgresql://app:s3cr3t@db.example:5432/prod", f"postgresql://app:{MARKER}@db.example:5432/prod", id="a URL"
    ),
    pytest.param("https://u:p@ss@host/x", f"https://u:{MARKER}@host/x", id="a password with an @ in it"),
    pytest.param(
        "git clone https://glpat-abcdef0123456789xyz@git.example/a",
        f"git clone https://{MARKER}@git.example/a",
        id="a token as user",
    ),
    pytest.param(
        "AccountName=a;AccountKey=Zm9vYmFy+/==;EndpointSuffix=x",
        f"AccountName=a;AccountKey={MARKER};EndpointSuffix=x",
        id="a connection string",
    ),
    pytest.param("ghp_abcdefghijklmnopqrstuvwxyz0123456789", MARKER, id="GitHub"),
    pytest.param("xoxb-1234567890-abcdefghij", MARKER, id="Slack"),
    pytest.param("hf_AbCdEfGhIjKlMnOpQrStUvWx012345", MARKER, id="Hugging Face"),
    pytest.param("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl ok", f"token {MARKER} ok", id="a JSON web token"),
    pytest.param('{"auths":{"r":{"auth":"dXNlcjpwYXNz"}}}', f'{{"auths":{{"r":{{"auth":"{MARKER}"}}}}}}', id="Docker"),
    pytest.param("?X-Amz-Signature=0123456789abcdef01&x=1", f"?X-Amz-Signature={MARKER}&x=1", id="a presigned URL"),
    pytest.param(
        f'"name": "DB_PASSWORD",\n2026-11-21T09:54:02.1Z     "value": "{LOUD}"',
        f'"name": "DB_PASSWORD",\n2026-11-21T09:54:02.1Z     "value": "{MARKER}"',
        id="a variable that a driver's log prints over two lines",
    ),
    pytest.param(
        f"-----BEGIN RSA PRIVATE KEY-----\n{AFTER_BEGIN}\n{AFTER_BEGIN}\n-----END RSA PRIVATE KEY-----\nnext",
        f"{MARKER}\nnext",
        id="a private key",
    ),
    pytest.param(
        f"a -----BEGIN PRIVATE KEY-----\n2026-11-21T09:54:02.123Z {AFTER_BEGIN}\n2026-11-21T09:54:02.124Z Traceback (most",
        f"a {MARKER}\n2026-11-21T09:54:02.124Z Traceback (most",
        id="a private key in a log that was cut",
    ),
    pytest.param(f"İ password={LOUD}", f"İ password={MARKER}", id="after a letter whose lower case is longer"),
)


@pytest.mark.parametrize("text, safe", CREDENTIALS)
def test_credentials_do_not(text: str, safe: str) -> None:
    assert redact(text) == safe
    assert redact(safe) == safe


@pytest.mark.parametrize(
    "name, value, safe",
    [
        pytest.param("OMP_NUM_THREADS", "64", "64", id="a number of threads"),
        pytest.param("DB_PASSWORD_FILE", "/run/secrets/db", "/run/secrets/db", id="where the password is"),
        pytest.param("GOOGLE_APPLICATION_CREDENTIALS", "/var/key.json", "/var/key.json", id="where the credentials are"),
        pytest.param("NEXT_PAGE_TOKEN", "abc", "abc", id="a token of a list"),
        pytest.param("S3_KEY", "private-artifacts/kubeflow/x", "private-artifacts/kubeflow/x", id="the key of an object"),
        pytest.param("DB_PASSWORD", "$(FROM_SECRET)", "$(FROM_SECRET)", id="a reference"),
        pytest.param("DB_PASSWORD", "hunter", MARKER, id="a password"),
        pytest.param("hfToken", "anything at all", MARKER, id="a token in camel case"),
        pytest.param("WANDB_KEY", "0123456789abcdef0123456789abcdef01234567", MARKER, id="a key that looks like one"),
        pytest.param("NOTE", f"password={LOUD}", f"password={MARKER}", id="a credential inside of a harmless variable"),
    ],
)
def test_a_name_says_what_its_value_is(name: str, value: str, safe: str) -> None:
    assert redact_value(name, value) == safe


@pytest.mark.parametrize(
    "piece",
    [
        "token=",
        'token="',
        "eyJ",
        "-eyJ",
        "a.",
        "://a:",
        "a:b@",
        "--a",
        "-----BEGIN PRIVATE KEY-----",
        '{"name":"a","value":"',
    ],
)
def test_hostile_text_takes_no_more_than_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        """The processor's time, the best of three: other programs run on this machine too."""
        text = piece * (length // len(piece))
        return min(_time_of(text) for _ in range(3))

    assert seconds(200_000) < 40 * max(seconds(20_000), 0.001)


def _time_of(text: str) -> float:
    began = time.thread_time()
    redact(text)
    return time.thread_time() - began
