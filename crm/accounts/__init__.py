"""Who works here and for whom: users, roles, projects. Everything a person opens is loaded through membership."""
