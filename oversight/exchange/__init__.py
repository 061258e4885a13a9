"""What one body gives another: files, holdings, requests, routine supply, shares, and who read them.

Paragraphs 10(iv) and 29 to 33. An item of information has one owner and one current copy, and is asked for
once. Every area above may keep its files here; who may read one is for that area to say. It uses
`arrangements`, `access`, `parties`, `ledger` and `kernel`.
"""
