"""Plots as SVG: inside the HTML page, and as files for slides."""
