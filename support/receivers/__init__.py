"""What support does when apps below say that something happened."""
