"""What is recorded of a round: traces, dumps of frames, crashes, and which of them this phone can give."""
