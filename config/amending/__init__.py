"""Amending a contract at work: what would change is shown before anything is proposed; the other side confirms; old readings stay."""
