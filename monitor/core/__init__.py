"""What the product knows, pure: articles, changes, differences, URLs, errors. No effects, no clock."""
