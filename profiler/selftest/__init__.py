"""`silky doctor --deep`: what one phone can tell, how far it may be believed, and what the tool costs it."""
