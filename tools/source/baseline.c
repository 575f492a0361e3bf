#include "tools/source/baseline.h"

#include "tools/history.h"

void baseline_of(int64_t *values, size_t n, struct baseline *out)
{
    *out = (struct baseline){.count = n};
    if (!n)
        return;
    out->median = history_median(values, n);
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] > out->median ? values[i] - out->median : out->median - values[i];
    out->mad = history_median(values, n);
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
