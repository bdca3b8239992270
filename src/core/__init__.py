"""Domain, ports and services: no vendor, no clock, no environment."""
