"""Programs that end in further ways: by signals, exits and exceptions, with logs that are hard to read."""

from failing import fails
from kfp import dsl
from parts import step


@step
def end_by(signal_number: int):
    import os
    import time

    print("entering the solver", flush=True)
    time.sleep(1)
    os.abort() if signal_number == 6 else os.kill(os.getpid(), signal_number)
    time.sleep(30)


@step
def check_schema(column: str):
    class SchemaError(ValueError):
        pass

    lines = [
        f"{n} validation errors for table orders" if not n else f"  column {column}_{n}: expected int64, got object"
        for n in range(6)
    ]
    raise SchemaError("\n".join(lines))


@step
def wrap_errors(path: str):
    class StageFailed(RuntimeError):
        pass

    def read(rows):
        return rows["header"]

    try:
        read({"body": 1})
    except KeyError as error:
        try:
            raise FileNotFoundError(2, "No such file or directory", path) from error
        except OSError as second:
            raise StageFailed("stage clean could not be done") from second


@step
def log_then_exit(code: int):
    import sys
    import traceback

    try:
        {"a": 1}["b"]
    except KeyError:
        traceback.print_exc()
    print("optional column b is absent, going on")
    print("quota check: 7 of 5 jobs used")
    sys.exit(code)


@step
def exit_with_words(limit: int):
    import sys

    sys.exit(f"accuracy 0.71 is below the gate of 0.{limit}: not promoting the model")


@step
def odd_bytes(rows: int):
    import sys

    for n in range(rows):
        sys.stdout.buffer.write(b"caf\xe9 \xff\xfe\x00 row %d \x1b[31mred\x1b[0m\r\n" % n)
    sys.stdout.flush()
    raise LookupError("no rows for caf\udce9 in the list".encode("utf-8", "replace").decode())


@step
def one_long_line(megabytes: int):
    import sys

    sys.stdout.write("x" * (megabytes << 20) + "\n")
    sys.stdout.flush()
    values = [1, 2, 3]
    print(values[megabytes])


@dsl.container_component
def awk_report():
    return dsl.ContainerSpec(
        image="python:3.11",
        command=["bash", "-euc"],
        args=["echo reading the ledger; cat /data/ledger/2026-10.csv | wc -l; test -s /data/ledger/2026-10.csv; echo done"],
    )


SCENARIOS = [
    fails(
        "abort-in-solver",
        "route-solve",
        end_by,
        "process/crashed",
        "SIGABRT.",
        {"signal_number": 6},
        facts={"signal": 6, "inner_exit_code": 134},
    ),
    fails(
        "illegal-instruction",
        "route-solve-avx",
        end_by,
        "process/crashed",
        "SIGILL.",
        {"signal_number": 4},
        facts={"signal": 4, "inner_exit_code": 132},
    ),
    fails(
        "sigterm-from-inside",
        "route-solve-stop",
        end_by,
        "process/terminated",
        "SIGTERM from the program itself.",
        {"signal_number": 15},
        facts={"signal": 15},
        never=("run/cancelled",),
    ),
    fails(
        "message-of-many-lines",
        "table-check",
        check_schema,
        "python/exception",
        "A message of six lines.",
        {"column": "price"},
        facts={"exception": "SchemaError"},
    ),
    fails(
        "chained-exceptions",
        "table-clean",
        wrap_errors,
        "python/exception",
        "The last of three counts.",
        {"path": "/data/orders.csv"},
        facts={"exception": "StageFailed"},
    ),
    fails(
        "caught-traceback-then-exit",
        "table-count",
        log_then_exit,
        "process/exit-code",
        "The traceback was caught; exit 3 came later.",
        {"code": 3},
        facts={"inner_exit_code": 3},
        never=("python/exception",),
        misleading=True,
    ),
    fails(
        "exit-with-words",
        "model-gate",
        exit_with_words,
        "process/exit-code",
        "sys.exit with a text: no traceback.",
        {"limit": 85},
    ),
    fails(
        "log-in-latin-1",
        "menu-import",
        odd_bytes,
        "python/exception",
        "The log is not UTF-8.",
        {"rows": 40},
        facts={"exception": "LookupError"},
    ),
    fails(
        "log-line-of-five-megabytes",
        "dump-import",
        one_long_line,
        "python/exception",
        "One line of 5 MiB, then an exception.",
        {"megabytes": 5},
        facts={"exception": "IndexError"},
    ),
    fails(
        "shell-without-the-file",
        "ledger-report",
        awk_report,
        "process/exit-code",
        "bash -e ends with the failing test.",
        never=("python/exception",),
    ),
]
