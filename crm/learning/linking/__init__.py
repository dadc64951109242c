"""What a new link could do for other pages of ours: internal links from and to the page that was linked."""
