"""The state of the phone: read, checked, held still for a run, and set back whatever happens."""
