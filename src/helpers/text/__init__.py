

from helpers.extras import needs

needs("text", "simplemma", "jieba", "kiwipiepy")
