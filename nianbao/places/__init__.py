"""Places and bodies: the administrative units, zones and towns of each year, and who issued a report."""
