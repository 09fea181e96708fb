"""The connection: own streams over the adb server's host protocol, phones, files."""
