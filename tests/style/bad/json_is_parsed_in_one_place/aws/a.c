json_t *a = json_parse(text, n, &e);
json_t *b = json_loadb(text, n, 0, NULL); /* bad */
