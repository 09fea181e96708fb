"""The driver: ADB, the app's user interface, input, device state, captures; and the simulated phone."""
