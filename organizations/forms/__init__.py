"""What people type into the pages of organizations. The actions decide; a refusal comes back to the field."""
