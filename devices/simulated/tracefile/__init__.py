"""Writes Perfetto trace files: the wire format and the packets of the phone's services. Knows no model."""
