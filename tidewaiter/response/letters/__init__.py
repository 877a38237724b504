"""What leaves for those who are no node: the text of a request, the recall that a bank's machine reads, the forms."""
