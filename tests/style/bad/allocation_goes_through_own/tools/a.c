void f(void)
{
    char *a = xmalloc(4);
    char *b = malloc(4); /* bad */
    char *c = strdup("x"); /* bad */
    x.malloc(4);
}
