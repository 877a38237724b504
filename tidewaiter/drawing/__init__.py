"""Charts and maps that the node draws itself, and whole reports for paper: contents, pages, what authors wrote."""
