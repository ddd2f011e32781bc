"""A month of a contract told as a report: its figures from the records, its PDF, its Excel file."""
