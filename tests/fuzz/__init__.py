"""Machine-made input against running instances: whatever is sent is answered as the documents say."""
