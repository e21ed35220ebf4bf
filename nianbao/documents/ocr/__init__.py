"""Optional optical character recognition (`nianbao[ocr]`): pages that are images become glyphs with a confidence."""
