"""One running installation: the lock on its data folder, its address, its child processes and who watches them."""
