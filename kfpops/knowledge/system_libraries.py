"""Shared libraries → Debian packages that bring them, for images built from `python:…` or `…-slim`."""

from __future__ import annotations

# The library's name without its version → package in Debian 12 (packages.debian.org, "contents of packages").
_PACKAGES = {
    "libGL": "libgl1",
    "libGLX": "libgl1",
    "libEGL": "libegl1",
    "libglib-2.0": "libglib2.0-0",
    "libgthread-2.0": "libglib2.0-0",
    "libgobject-2.0": "libglib2.0-0",
    "libSM": "libsm6",
    "libICE": "libice6",
    "libXext": "libxext6",
    "libXrender": "libxrender1",
    "libX11": "libx11-6",
    "libxcb": "libxcb1",
    "libgomp": "libgomp1",
    "libsndfile": "libsndfile1",
    "libsox": "libsox-dev",
    "libpq": "libpq5",
    "libmariadb": "libmariadb3",
    "libmysqlclient": "default-libmysqlclient-dev",
    "libodbc": "unixodbc",
    "libxml2": "libxml2",
    "libxslt": "libxslt1.1",
    "libmagic": "libmagic1",
    "libgdal": "libgdal-dev",
    "libgeos_c": "libgeos-c1v5",
    "libproj": "libproj-dev",
    "libspatialindex_c": "libspatialindex-c6",
    "libhdf5": "libhdf5-103-1",
    "libsnappy": "libsnappy1v5",
    "libjemalloc": "libjemalloc2",
    "libtcmalloc": "libgoogle-perftools4",
    "libopenblas": "libopenblas0",
    "liblapack": "liblapack3",
    "libgfortran": "libgfortran5",
    "libquadmath": "libquadmath0",
    "libatlas": "libatlas3-base",
    "libtbb": "libtbb12",
    "libjpeg": "libjpeg62-turbo",
    "libtiff": "libtiff6",
    "libpng16": "libpng16-16",
    "libwebp": "libwebp7",
    "libopenjp2": "libopenjp2-7",
    "libcairo": "libcairo2",
    "libpango-1.0": "libpango-1.0-0",
    "libpangoft2-1.0": "libpangoft2-1.0-0",
    "libgdk_pixbuf-2.0": "libgdk-pixbuf-2.0-0",
    "libffi": "libffi8",
    "libssl": "libssl3",
    "libcrypto": "libssl3",
    "libcurl": "libcurl4",
    "libaio": "libaio1",
    "libnuma": "libnuma1",
    "libibverbs": "libibverbs1",
    "librdmacm": "librdmacm1",
    "libnsl": "libnsl2",
    "libtk8.6": "libtk8.6",
    "libtcl8.6": "libtcl8.6",
    "libpython3": "libpython3-dev",
    "libavcodec": "ffmpeg",
    "libavformat": "ffmpeg",
    "libusb-1.0": "libusb-1.0-0",
    "libzmq": "libzmq5",
    "libstdc++": "libstdc++6",
    "libtesseract": "tesseract-ocr",
    "libpoppler": "poppler-utils",
    "libre2": "libre2-9",
    "libjvm": "default-jre-headless",
}

# Parts of the CUDA toolkit: they come with the CUDA image or NVIDIA's wheels, not with the driver.
CUDA_PREFIXES = ("libcudart", "libcublas", "libcudnn", "libcufft", "libcurand", "libcusolver", "libcusparse", "libnccl",
                 "libnvrtc", "libnvJitLink", "libcupti", "libnvinfer")  # fmt: skip
# Parts of the driver: the container runtime mounts them from the node, when the pod has asked for a GPU.
DRIVER_LIBRARIES = ("libcuda.so", "libnvidia-ml.so", "libnvidia-")


def debian_package(library: str) -> str | None:
    """`libGL.so.1` → "libgl1"; None when the table does not have it."""
    return _PACKAGES.get(library.partition(".so")[0])
