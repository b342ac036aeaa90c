"""`make audit`: unsafe code, keys left in files, licences, and known holes of what is installed."""
