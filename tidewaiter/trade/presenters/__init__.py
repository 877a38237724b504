"""What pages say of runs: facts in words, tables with links, charts."""
