"""The standard registration endpoints, byte for byte."""
