"""TLS contexts from PEM texts."""

from __future__ import annotations

import ssl

import pytest

from kfpops.cluster.access import Tls, ssl_context
from kfpops.errors import UsageError
from tests.cluster.pem import CERTIFICATE, KEY, STRANGER


def test_by_default_everything_is_checked() -> None:
    context = ssl_context(Tls())
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_an_authority_of_ones_own_is_the_only_one() -> None:
    assert len(ssl_context(Tls(ca=CERTIFICATE)).get_ca_certs()) == 1


def test_a_client_certificate_is_loaded() -> None:
    assert ssl_context(Tls(ca=CERTIFICATE, certificate=CERTIFICATE, key=KEY)).verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "tls, message",
    [
        pytest.param(Tls(ca="not a certificate"), "certificate authority", id="an authority that is none"),
        pytest.param(Tls(ca=""), "certificate authority", id="an empty one"),
        pytest.param(Tls(certificate=STRANGER, key=KEY), "do not fit together", id="a key of another certificate"),
        pytest.param(Tls(certificate="x", key="y"), "are not PEM", id="no PEM"),
    ],
)
def test_unusable_pem_is_said_without_quoting_it(tls: Tls, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        ssl_context(tls)
    assert message in caught.value.message
    assert KEY.splitlines()[1] not in f"{caught.value!r} {caught.value.__cause__!r}"
