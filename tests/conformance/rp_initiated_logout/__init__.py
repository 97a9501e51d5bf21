"""Signing out at the word of an application."""
