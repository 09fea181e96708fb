"""What is on the screen: found and reached by looks, outside measured windows."""
