"""argv → one short function a command. Heavy rooms are imported inside the command that needs
them, so that `kiosk --help` answers at once."""
