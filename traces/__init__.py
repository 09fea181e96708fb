"""Frame timings: bytes in, typed columns out. No ADB, no clock of the host.

Perfetto traces, text dumps of the platform, and the bundle that holds a run on disk.
"""
