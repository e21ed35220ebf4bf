"""What people open who do not write programs: named views in SQL, and a workbook for Excel."""
