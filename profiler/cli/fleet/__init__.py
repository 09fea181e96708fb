"""Several phones at once: one process a phone, one bundle each, one joint report."""
