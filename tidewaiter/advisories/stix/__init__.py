"""STIX 2.1: warnings written as bundles, bundles and MISP events read."""
