"""One document with every kind of block, for all formats."""

from __future__ import annotations

from kfpops.render.document import Branch, Bullets, Code, Document, Heading, KeyValues, Paragraph, Quote, Table, Tree

LONG_LINE = "kubectl -n a-namespace-with-a-long-name describe pod a-pod-with-a-very-long-name-indeed-yes-very-long-1"

SAMPLE = Document(
    title="Run <nightly> | 2",
    verdict="Run nightly failed. Step train ran out of memory: it had a limit of 400Mi and asked for more than that.",
    tone="bad",
    blocks=(
        Table(
            ("", "RUNS", "CAUSE", "WHAT"),
            (("1", "37", "admission/quota-exceeded", "Quota a|b has no room left for memory"),),
        ),
        Heading("1. Step train ran out of memory", 1, "memory/oom-killed"),
        KeyValues((("Where", "pod kubeflow/train-x7k2p-system-container-impl-1 (container main)"), ("How sure", "certain"))),
        Heading("What was seen", 2),
        Quote("pod/train-x7k2p-system-container-impl-1/status/containerStatuses[main]/state/terminated", "reason=OOMKilled"),
        Quote("log", "Traceback:\n    raise <b>ValueError</b>('```')\n\x1b[31mred\x1b[0m"),
        Heading("What to change", 2),
        Paragraph("Raise the limit of the step *train*; start with 600Mi."),
        Code("python", "train_task.set_memory_limit('600Mi')\nif x:\n    pass"),
        Code("shell", LONG_LINE),
        Heading("Where it comes from"),
        Tree(
            (
                Branch(0, "Model churn (artifact 9)", "made by train"),
                Branch(
                    1, "Dataset table_a (artifact 7)", "made by extract in run 264684d1 (churn-training), iterations 0–11"
                ),
                Branch(2, "Dataset raw (artifact 3)"),
                Branch(1, "↑ Dataset <b> (artifact 7)", "above"),
                Branch(1, "train ×12", "1 failed\n(iteration 7)", "bad"),
                Branch(0, "Another root"),
            )
        ),
        Heading("Not checked"),
        Bullets(("logs: pods are gone and no archived log was found, which needs get pods/log in kubeflow", "events: none")),
    ),
)
