"""Imports and native libraries that do not fit, memory that is refused, and GPUs that are not there."""

from failing import fails
from parts import step


@step
def import_broken(module: str, text: str, kind: str, use: str):
    """A module of that name whose import fails as the real one's does; the exception is raised inside of the module."""
    import importlib
    import os
    import sys

    folder = f"/tmp/site/{module.replace('.', '/')}"
    os.makedirs(folder)
    with open(f"{folder}/__init__.py", "w") as out:
        if use == "import":
            out.write(f"raise {kind}({text!r})\n")
        else:
            if kind != "RuntimeError":
                out.write(f"class {kind}(RuntimeError):\n    pass\n{kind}.__module__ = {module!r}\n")
            out.write(f"def {use}(*args):\n    raise {kind}({text!r})\n")
    sys.path.insert(0, "/tmp/site")
    print("loading", module, flush=True)
    found = importlib.import_module(module)
    getattr(found, use)("batch")


@step
def build_descriptor(name: str):
    from google.protobuf import descriptor

    print("loading the generated messages of", name)
    descriptor.FieldDescriptor(
        name=name,
        full_name=name,
        index=0,
        number=1,
        type=9,
        cpp_type=9,
        label=1,
        has_default_value=False,
        default_value="",
        message_type=None,
        enum_type=None,
        containing_type=None,
        is_extension=False,
        extension_scope=None,
    )


@step
def load_native(library: str):
    import ctypes

    print("loading", library)
    ctypes.CDLL(library)


@step
def address_space(gib: int):
    import mmap

    print("mapping", gib, "GiB")
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
    mmap.mmap(-1, gib << 30)


def _broken(name, run, cause, module, kind, text, note, use="import", **more):
    return fails(name, run, import_broken, cause, note, {"module": module, "text": text, "kind": kind, "use": use}, **more)


CUDA = "\nCompile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.\n"

SCENARIOS = [
    _broken(
        "numpy-of-another-generation",
        "ticket-embed",
        "python/binary-incompatible",
        "pandas",
        "ValueError",
        "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject",
        "A compiled package was built against another numpy.",
        advice=("numpy",),
    ),
    _broken(
        "numpy-array-api",
        "ticket-embed-2",
        "python/binary-incompatible",
        "torchvision",
        "ImportError",
        "\nA module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.0.2 as it may crash. To support both 1.x "
        "and 2.x\n"
        "versions of NumPy, modules must be compiled with NumPy 2.0.\n",
        "NumPy 2 beside modules for NumPy 1.",
        advice=("numpy",),
        also=("python/import-error",),
    ),
    fails(
        "protobuf-generations",
        "ticket-proto",
        build_descriptor,
        "python/binary-incompatible",
        "Generated code of an old protoc and a new protobuf; the message is the real one.",
        {"name": "tickets"},
        advice=("protobuf",),
    ),
    _broken(
        "shared-library-missing",
        "ticket-scan",
        "python/import-error",
        "cv2",
        "ImportError",
        "libGL.so.1: cannot open shared object file: No such file or directory",
        "A system library is not in the image.",
        advice=("libgl",),
        never=("python/missing-package",),
    ),
    fails(
        "native-library-missing",
        "ticket-audio",
        load_native,
        "python/import-error",
        "ctypes finds no such library.",
        {"library": "libsndfile.so.1"},
        also=("python/exception",),
        never=("python/missing-package",),
    ),
    _broken(
        "glibc-too-old",
        "ticket-old",
        "python/binary-incompatible",
        "tokenizers",
        "ImportError",
        "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by "
        "/tmp/site/tokenizers/tokenizers.abi3.so)",
        "Built for a newer C library than the image's.",
        also=("python/import-error",),
    ),
    _broken(
        "cuda-out-of-memory",
        "ticket-train",
        "memory/gpu-out-of-memory",
        "torch",
        "OutOfMemoryError",
        "CUDA out of memory. Tried to allocate 2.20 GiB. GPU 0 has a total capacity of 14.58 GiB of which 1.15 GiB is "
        "free. Process 41 has "
        "13.42 GiB memory in use. Of the allocated memory 12.90 GiB is allocated by PyTorch, and 390.11 MiB is reserved "
        "by PyTorch but "
        "unallocated.",
        "The GPU's memory, not the container's.",
        use="run",
        never=("memory/python-memory-error",),
    ),
    _broken(
        "cuda-device-assert",
        "ticket-train-2",
        "gpu/device-assert",
        "torch",
        "RuntimeError",
        "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported at some other API "
        "call, so the "
        "stacktrace below might be incorrect.\nFor debugging consider passing CUDA_LAUNCH_BLOCKING=1" + CUDA,
        "An index out of range on the device.",
        use="run",
    ),
    _broken(
        "no-cuda-device",
        "ticket-train-3",
        "gpu/no-device",
        "torch",
        "RuntimeError",
        "No CUDA GPUs are available",
        "The step asked for no GPU.",
        use="run",
        advice=("set_accelerator",),
    ),
    _broken(
        "torch-driver-old",
        "ticket-train-4",
        "gpu/driver-mismatch",
        "torch",
        "RuntimeError",
        "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver by downloading "
        "and installing "
        "a new version from the URL: http://www.nvidia.com/Download/index.aspx",
        "Driver older than the CUDA runtime.",
        use="run",
    ),
    _broken(
        "nccl-watchdog",
        "ticket-train-5",
        "gpu/collective-timeout",
        "torch",
        "DistBackendError",
        "[Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=118, OpType=ALLREDUCE, NumelIn=1, "
        "NumelOut=1, "
        "Timeout(ms)=600000) ran for 600029 milliseconds before timing out.",
        "A peer did not come.",
        use="run",
    ),
    _broken(
        "numpy-array-too-large",
        "ticket-matrix",
        "memory/python-memory-error",
        "numpy.core._exceptions",
        "_ArrayMemoryError",
        "Unable to allocate 29.8 GiB for an array with shape (4000000000,) and data type float64",
        "numpy could not allocate.",
        use="run",
        never=("memory/oom-killed",),
    ),
    _broken(
        "torch-cpu-allocator",
        "ticket-matrix-2",
        "memory/python-memory-error",
        "torch",
        "RuntimeError",
        "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
        "68719476736 bytes. "
        "Error code 12 (Cannot allocate memory)",
        "torch could not allocate on the CPU.",
        use="run",
    ),
    fails(
        "mmap-cannot-allocate",
        "ticket-map",
        address_space,
        "memory/python-memory-error",
        "OSError 12 from mmap.",
        {"gib": 8},
    ),
]
