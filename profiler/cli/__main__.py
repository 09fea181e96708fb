"""`python -m profiler.cli`."""

from profiler.cli.main import main

main()
