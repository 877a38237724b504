"""Reading a stranger's file of rows or records: streamed, in a child process, within the table of limits."""
