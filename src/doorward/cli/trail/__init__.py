"""`doorward trail`: asking the trail of a server, of folders of files and of buckets."""
