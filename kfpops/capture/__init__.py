"""Capture: a cluster's state as a bundle, and a bundle as a cluster whose time stands still.

A bundle holds raw API answers in the layout `kfpops/recording/v1`. Reading needs no adapter of a live cluster; writing gets
the live ports handed in. Nothing leaves this package that was not redacted.
"""
