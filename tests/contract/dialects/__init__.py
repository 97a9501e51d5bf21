"""Each dialect's wire behaviour, against a whole instance in the process."""
