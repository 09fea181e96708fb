"""The run loop: what is captured when, and what happens when something goes wrong."""
