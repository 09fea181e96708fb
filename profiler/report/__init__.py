"""Reports: pure functions from records to text and bytes; nothing here is measured or judged."""
