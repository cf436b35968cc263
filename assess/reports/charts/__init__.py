"""Small SVG components: pure functions over finished words and numbers; each begins with a title that states them."""
