"""Other tools' judgements on frames, each under its own name. None of them decides a verdict."""
