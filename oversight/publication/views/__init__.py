"""Pages of the public register, and the page on which the Inspectorate imports history."""
