"""The one door of the area procedure: standard procedures and their running cases."""
