"""`doorward policy`: questions about policies beyond one request, and changes that keep them."""
