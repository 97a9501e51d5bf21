"""The rules of the house that no linter has: sizes, words, who may say what."""
