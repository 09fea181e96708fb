"""Driving one phone: state, apps, input, captures; real or simulated looks the same from here."""
