"""Sandbox: the embedded cluster of `kfpops demo` and of the tests.

Bundles that were recorded on a real cluster, and what they show; and ML Metadata itself, as a store within the process.
Opening a bundle is `capture`'s, and `compose` brings the two together.
"""
