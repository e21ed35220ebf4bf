"""Places and bodies: which administrative units, zones and towns there were when, and whose a report is."""
