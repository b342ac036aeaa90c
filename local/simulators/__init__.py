"""The cloud on one port: simulators of the services that the app uses, as strict as the services are."""
