"""Why no node takes a pod: what the scheduler said and our own pod × node what-if, read together.

`reading` brings both to one answer, `placement` finds the node that matters; the others say it in words. Not here: the
catalogue entries (`causes/scheduling.py`), and what Kubernetes' sentences and rules mean (`knowledge`).
"""
