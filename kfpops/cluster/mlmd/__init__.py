"""ML Metadata by its RPC: our own schema of its messages, gRPC and grpc-web, and the port `Lineage` over both.

What must not live here: what KFP means by a property (knowledge.mlmd), and the database behind the server.
Importing a module of this package loads neither grpc nor protobuf.
"""
