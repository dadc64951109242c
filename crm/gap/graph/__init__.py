"""The Common Crawl pass inside the product: which release files are here, and the job that reads them."""
