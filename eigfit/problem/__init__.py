"""A structure and data: loss, derivatives by r, random starts."""
