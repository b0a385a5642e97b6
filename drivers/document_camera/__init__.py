"""Document cameras: pages at full size, and a live preview."""
