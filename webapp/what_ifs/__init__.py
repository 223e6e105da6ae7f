"""What-ifs: the weeks ahead as they are planned, beside what they would be."""
