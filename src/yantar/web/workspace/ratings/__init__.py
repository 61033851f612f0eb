"""Ratings of services for those who work with them: figures, moderation, posters and the frame for other sites."""
