"""Texts to words, voices and counts; everything known of a language lies in `helpers.text.languages`."""

from helpers.extras import needs

needs("text", "simplemma", "jieba", "kiwipiepy", "opencc")
