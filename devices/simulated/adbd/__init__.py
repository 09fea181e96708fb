"""The device side of ADB over TCP: packets, streams, shell, sync and tcp services."""
