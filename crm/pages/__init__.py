"""Pages of the web as we saw them: the fetch queue, stored pages and the facts read from them."""
