"""Translation into English: engines, segmentation, glossary, checks and the translate stage."""
