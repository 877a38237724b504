"""Files read into rows: workbooks, XML, archives, text; heads, layouts and lengths."""
