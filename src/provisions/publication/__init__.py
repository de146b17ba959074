"""Package → release: what people download and cite. Reads checked data and writes files; judges nothing."""
