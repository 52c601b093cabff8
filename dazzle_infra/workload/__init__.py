"""The workload of an application: its services, stores and variables, independent of any tool."""
