"""Getting reports: from files on disk, and from the web, into snapshots."""
