void f(char *a, const char *b, struct x *x)
{
    /* strcpy(a, b) in a comment is harmless, and so is "strcpy(a, b)" in a string. */
    puts("system(b)");
    x->system(b);
    my_strcpy(a, b);
    strcpy(a, b); /* bad */
    int n = atoi(b) + (int)strlen(b); /* bad */
    if (system (b)) return; /* bad */
    usleep(1); /* bad */
}
