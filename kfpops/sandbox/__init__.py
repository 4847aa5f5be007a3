"""Sandbox: the embedded cluster of `kfpops demo`, made of bundles that were recorded on a real one.

It knows where the bundles are and what they show; opening one is `capture`'s, and `compose` brings the two together.
"""
