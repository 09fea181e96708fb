"""Gates: a run held against a budget or a baseline. docs/metrics.md section 9, docs/ci.md."""
