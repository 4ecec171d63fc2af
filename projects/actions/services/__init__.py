"""What is done with services: asked for by people and programs, carried out by a provisioner."""
