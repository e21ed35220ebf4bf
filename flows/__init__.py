"""When: the command line, the Prefect flows, and the progress that people follow. All work is done in `nianbao`."""
