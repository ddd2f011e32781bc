"""The whole file of a case as one bound PDF: its papers, the records of its sessions, and what was handed in with them."""
