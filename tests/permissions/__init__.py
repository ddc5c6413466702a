"""What each role may do: a stack of its own, its policies with a piece cut out, and what a duty then can't do."""
