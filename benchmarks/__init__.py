"""How fast and how large, beside something in the same run; figures are ratios wherever they can be."""
