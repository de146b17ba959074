"""Speed and memory of `provisions validate` beside a bare scan and its peers, on generated packages of our own tables."""
