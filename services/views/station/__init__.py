"""The pages of a rescue station: the board, a resident's file, its acts, its papers."""
