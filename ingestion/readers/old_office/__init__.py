"""Reads the formats of Office before 2007: Word and PowerPoint through LibreOffice, Excel's binary workbooks itself."""
