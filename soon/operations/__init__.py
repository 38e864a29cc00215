"""Verbs: everything the business can do, one file each. The folders are the nouns, the files the verbs."""
