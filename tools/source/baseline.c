#include "tools/source/baseline.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Of sorted values; between the middle two of an even number. */
static int64_t middle(const int64_t *values, size_t n)
{
    return n % 2 ? values[n / 2] : values[n / 2 - 1] + (values[n / 2] - values[n / 2 - 1]) / 2;
}

void baseline_of(int64_t *values, size_t n, struct baseline *out)
{
    *out = (struct baseline){.count = n};
    if (!n)
        return;
    qsort(values, n, sizeof *values, by_value);
    out->median = middle(values, n);
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] > out->median ? values[i] - out->median : out->median - values[i];
    qsort(values, n, sizeof *values, by_value);
    out->mad = middle(values, n);
}

static int64_t three_spreads(const struct baseline *b)
{
    return (int64_t)(3 * 1.4826 * (double)b->mad);
}

bool baseline_is_low(const struct baseline *b, int64_t value)
{
    return b->count >= BASELINE_MIN && value < b->median / 2 && value < b->median - three_spreads(b);
}

int64_t baseline_slack(const struct baseline *b, int64_t least, int64_t most)
{
    int64_t slack = three_spreads(b);
    return slack < least ? least : slack > most ? most : slack;
}
