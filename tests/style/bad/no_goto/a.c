/* goto is a word here */
int f(void)
{
    goto out; /* bad */
out:
    return 0;
}
