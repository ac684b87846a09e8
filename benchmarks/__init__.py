"""What Doorward costs, beside others, each figure with its peers in the same run.

`python -m benchmarks` measures everything; `make bench` also writes `docs/performance.md`.
"""
