"""What projects do when apps below say that something happened."""
