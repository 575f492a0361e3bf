good
bad 
	bad
good
