NAME = "a module that has the name of the package of the host"
