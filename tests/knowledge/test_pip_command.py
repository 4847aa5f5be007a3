"""The pip command of a Python component, as KFP's SDK writes it."""

from __future__ import annotations

from kfpops.knowledge.pip_command import index_host, requirements

SCRIPT = (
    '\nif ! [ -x "$(command -v pip)" ]; then\n    python3 -m ensurepip || apt-get install python3-pip\nfi\n\n'
    "PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location "
    "--index-url http://user:secret@mirror.build.svc/simple --trusted-host mirror.build.svc 'xgboost==2.0.3' 'numpy<2'  &&  "
    "python3 -m pip install --quiet --no-warn-script-location --index-url http://mirror.build.svc/simple 'kfp==2.17.0' "
    '\'--no-deps\' \'typing-extensions>=3.7.4,<5; python_version<"3.9"\' && "$0" "$@"\n'
)


def test_a_plain_command_installs_nothing() -> None:
    command = ("sh", "-c", "pip install x; python train.py --url http://db/")
    assert (index_host(command), requirements(command)) == (None, ())


def test_the_index_without_its_credentials() -> None:
    assert index_host(("sh", "-c", SCRIPT)) == "mirror.build.svc"


def test_packages_to_install_without_what_the_sdk_adds() -> None:
    assert requirements(("sh", "-c", SCRIPT)) == ("xgboost==2.0.3", "numpy<2")
