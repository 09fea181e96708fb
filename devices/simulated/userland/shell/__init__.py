"""A POSIX-like shell with mksh's messages: words, grammar, expansion, execution."""
