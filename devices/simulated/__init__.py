"""A phone in software that speaks the device side of ADB, for learning, demos and tests.

It knows nothing of what measures it: nothing here imports any other part of silky.
"""
