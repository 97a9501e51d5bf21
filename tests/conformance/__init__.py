"""What the RFCs ask, each rule proven by a test that names its section."""
