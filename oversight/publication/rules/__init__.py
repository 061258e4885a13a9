"""Pure rules of the public register: programmes as data, reading history, comparing it with what is held."""
