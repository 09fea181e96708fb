"""What happens in a round: steps rendered into one script that runs on the phone."""
