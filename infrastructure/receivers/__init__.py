"""What infrastructure does when apps below say that something happened."""
