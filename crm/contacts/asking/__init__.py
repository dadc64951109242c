"""What is known against writing to an address or a site. Reads only; the verdict is the service's."""
