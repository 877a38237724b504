"""Reports from frozen data sets: the Illicit Trade Report, the CITES report, their files."""
