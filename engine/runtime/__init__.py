"""Makes an exhibit live: runs, their workers, what is published of them, and the stream."""
