"""The table of communes, which locates the rows of every other source."""
