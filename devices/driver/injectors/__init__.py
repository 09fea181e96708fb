"""Ways to touch a phone: `input`, and touch screens that the shell makes through uinput or uhid."""
