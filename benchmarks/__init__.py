"""Benchmarks: a server on loopback with generated pods of KFP's size, and the installed command measured against it."""
