"""Figures: what each part of Licet costs, beside the bare server and the peers, measured by commands anyone can run."""
