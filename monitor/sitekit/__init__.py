"""What site adapters are written with. Pure: no network, no database, no clock."""
