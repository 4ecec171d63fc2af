"""The pages of organizations, a module for each noun."""
