"""What of support belongs to an organization, and to a person, when they take it along."""
