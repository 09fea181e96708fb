"""perfetto on the phone: its configuration, in text and binary, and its command."""
