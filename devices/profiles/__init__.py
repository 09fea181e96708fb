"""App profiles: what is needed to drive one chat app, as YAML that QA engineers write."""

from devices.profiles.load import list_profiles, load_profile
from devices.profiles.model import AppProfile, Dialog, Launch, Selector

__all__ = ["AppProfile", "Dialog", "Launch", "Selector", "list_profiles", "load_profile"]
