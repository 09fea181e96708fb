"""Scores for people in a hurry; no verdict reads them."""
