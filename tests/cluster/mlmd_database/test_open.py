from __future__ import annotations

import subprocess
import sys

import pytest

from kfpops.cluster.mlmd_database import open_database
from kfpops.errors import UsageError


def test_a_wrong_url_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        open_database("metadb")


def test_no_driver_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; from kfpops.cluster.mlmd_database import open_database;"
        "open_database('mysql://kfp@127.0.0.1/metadb');"
        "print([m for m in ('pymysql', 'google.protobuf', 'grpc', 'ml_metadata') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
