"""What billing does when apps below say that something happened."""
