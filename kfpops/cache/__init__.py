"""Why was a task taken from the cache, or not: KFP's fingerprint computed anew, part by part, and compared.

Not here: walks through the lineage graph (`lineage`); how KFP computes a fingerprint (`knowledge.fingerprint`).
"""
