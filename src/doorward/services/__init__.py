"""The operations of each AWS service that Doorward answers itself."""
