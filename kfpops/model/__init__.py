"""Nouns: immutable values, one file per noun. No behaviour beyond field access, no input or output.

Kubernetes objects keep the field names of the Kubernetes API (snake case here, camel case on the wire) and hold only the
fields that kfpops reads; unknown fields are ignored. They are decoded by the ten-thousand, hence `msgspec.Struct`.
"""
