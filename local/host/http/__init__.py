"""The host's HTTP side: what Kestrel, ASP.NET and the Functions host do for an app in Azure."""
