"""Tests, one suite a folder: unit, contract, conformance, e2e, fuzz; `house` keeps the rules of the house."""
