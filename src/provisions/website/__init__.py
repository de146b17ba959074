"""A static site of a package: facts are read with SQL, pages are rendered from templates, and a folder is put in place."""
