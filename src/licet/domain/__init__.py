"""Pure values and rules: what an application, a person and a right are.

Owns every rule that is true whoever asks and however it is stored. No I/O, no clock, no randomness, no logging: times
and random bits arrive as arguments. What can be *done* with these values is `services`; how they are spelled for a
caller is `dialects`; how they are kept is `store`.
"""
