#include "tools/source/cadence.h"

#include "base/clock.h"

#include <string.h>
#include <time.h>

static const char *const names_of[CADENCE_COUNT] = {
    [CADENCE_HOURLY] = "hourly", [CADENCE_DAILY] = "daily", [CADENCE_WEEKDAYS] = "weekdays",
    [CADENCE_WEEKLY] = "weekly", [CADENCE_MONTHLY] = "monthly"};

const char *cadence_name(enum cadence c)
{
    return names_of[c];
}

bool cadence_parse(const char *name, enum cadence *out)
{
    for (int c = 0; c < CADENCE_COUNT; c++) {
        if (!strcmp(names_of[c], name)) {
            *out = (enum cadence)c;
            return true;
        }
    }
    return false;
}

static bool weekend(int64_t at_ms)
{
    int day = clock_utc(at_ms).tm_wday;
    return day == 0 || day == 6;
}

static int64_t step_weekdays(int64_t at_ms, int n)
{
    int64_t one = n < 0 ? -DAY_MS : DAY_MS;
    for (int left = n < 0 ? -n : n; left; left--) {
        do
            at_ms += one;
        while (weekend(at_ms));
    }
    return at_ms;
}

int64_t cadence_step(enum cadence c, int64_t at_ms, int n)
{
    if (c == CADENCE_WEEKDAYS)
        return step_weekdays(at_ms, n);
    if (c == CADENCE_MONTHLY) {
        struct tm tm = clock_utc(at_ms);
        tm.tm_mon += n;
        return (int64_t)timegm(&tm) * 1000;
    }
    return at_ms + n * (c == CADENCE_HOURLY ? HOUR_MS : c == CADENCE_WEEKLY ? 7 * DAY_MS : DAY_MS);
}

static bool all_gaps(const int64_t *dates, size_t n, int64_t low, int64_t high)
{
    size_t fit = 0;
    for (size_t i = 1; i < n; i++)
        fit += dates[i] - dates[i - 1] >= low && dates[i] - dates[i - 1] <= high;
    return fit * 10 >= (n - 1) * 8; /* one or two holes do not change what is usual */
}

bool cadence_infer(const int64_t *dates, size_t n, enum cadence *out)
{
    if (n < 3)
        return false;
    bool weekends = false;
    for (size_t i = 0; i < n; i++)
        weekends = weekends || weekend(dates[i]);
    if (all_gaps(dates, n, HOUR_MS, HOUR_MS))
        *out = CADENCE_HOURLY;
    else if (!weekends && n >= 5 && dates[n - 1] - dates[0] >= 6 * DAY_MS && all_gaps(dates, n, DAY_MS, 3 * DAY_MS))
        *out = CADENCE_WEEKDAYS;
    else if (all_gaps(dates, n, DAY_MS, DAY_MS))
        *out = CADENCE_DAILY;
    else if (all_gaps(dates, n, 7 * DAY_MS, 7 * DAY_MS))
        *out = CADENCE_WEEKLY;
    else if (all_gaps(dates, n, 28 * DAY_MS, 31 * DAY_MS))
        *out = CADENCE_MONTHLY;
    else
        return false;
    return true;
}
