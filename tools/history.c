#include "tools/history.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t history_median(int64_t *values, size_t n)
{
    if (!n)
        return -1;
    qsort(values, n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : values[n / 2 - 1] + (values[n / 2] - values[n / 2 - 1]) / 2;
}

void history_tell(const struct history *h, bool failed, struct digest *d)
{
    if (failed && h->failures_in_row == 1 && h->successes_before)
        digest_line(d, "First failure after %d successes.", h->successes_before);
    else if (h->failures_in_row > 1)
        digest_line(d, "%d failures in a row, after %d successes.", h->failures_in_row, h->successes_before);
    if (h->usual_ms > 0)
        digest_line(d, "A successful run usually takes %d s.", (int)(h->usual_ms / 1000));
}
