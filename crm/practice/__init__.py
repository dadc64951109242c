"""The practice world: sites, people, mail and exports to live the main job through without any account."""
