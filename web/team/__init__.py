"""Pages of people: a team, hiring, reviews, skills, hearings, and what is one's own."""
