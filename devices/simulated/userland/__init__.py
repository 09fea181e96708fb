"""Android's userland on the simulated phone: clock, files, processes, shell and commands."""
