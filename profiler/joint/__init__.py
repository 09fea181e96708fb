"""Runs of several phones side by side: one bundle each, never pooled."""
