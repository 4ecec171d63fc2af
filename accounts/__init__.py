"""People: who they are, how they prove it, and their addresses. Sign-up and sign-in go through django-allauth."""
