# One door for chores. Each makes and uses .venv by itself; all it needs is Python 3.10 or newer.
IN = python3 tools/environment.py

.PHONY: demo test check bench prove generate e2e lock

demo:      ## walk one failing run of the embedded cluster from `runs` to the fix
	@$(IN) kfpops demo

test:      ## unit tests, and the accuracy on the labelled recordings
	@$(IN) python -m pytest -n auto

check:     ## format, lint, types, layers, tests, generated files
	@$(IN) python tools/check.py

bench:     ## times and memory on 10,000 pods, requests of one run
	@$(IN) python -m benchmarks

prove:     ## that clean-up loses nothing live: every schedule of small worlds, long random histories
	@$(IN) python tools/prove.py

generate:  ## everything in docs/ and README.md that is made from the code
	@$(IN) python tools/generate.py

e2e:       ## the installed command on a real cluster
	@$(IN) python tools/e2e.py

lock:      ## requirements-dev.lock, resolved anew
	@$(IN) python tools/lock.py
