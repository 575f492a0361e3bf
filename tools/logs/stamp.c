#include "tools/logs/stamp.h"

#include <stdbool.h>
#include <time.h>

/* Reads exactly `digits` digits at `*p` and moves on; -1 when they are not there. */
static int take(const char **p, const char *end, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (*p + i >= end || (*p)[i] < '0' || (*p)[i] > '9')
            return -1;
        value = value * 10 + ((*p)[i] - '0');
    }
    *p += digits;
    return value;
}

static bool skip(const char **p, const char *end, const char *any)
{
    for (; *any && *p < end; any++) {
        if (**p == *any) {
            (*p)++;
            return true;
        }
    }
    return false;
}

/* "2026-11-21" or "26/11/21". */
static bool take_date(const char **p, const char *end, struct tm *tm)
{
    bool slashes = end - *p > 2 && (*p)[2] == '/';
    const char *separator = slashes ? "/" : "-";
    int year = take(p, end, slashes ? 2 : 4);
    if (year < 0 || !skip(p, end, separator))
        return false;
    tm->tm_year = slashes ? year + 100 : year - 1900;
    tm->tm_mon = take(p, end, 2) - 1;
    if (tm->tm_mon < 0 || tm->tm_mon > 11 || !skip(p, end, separator))
        return false;
    tm->tm_mday = take(p, end, 2);
    return tm->tm_mday >= 1 && tm->tm_mday <= 31;
}

static bool take_time(const char **p, const char *end, struct tm *tm)
{
    tm->tm_hour = take(p, end, 2);
    if (tm->tm_hour < 0 || tm->tm_hour > 23 || !skip(p, end, ":"))
        return false;
    tm->tm_min = take(p, end, 2);
    if (tm->tm_min < 0 || tm->tm_min > 59 || !skip(p, end, ":"))
        return false;
    tm->tm_sec = take(p, end, 2);
    return tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

int64_t log_stamp(const char *line, size_t n)
{
    const char *p = line, *end = line + n;
    struct tm tm = {0};
    while (p < end && (*p == ' ' || *p == '\t' || *p == '['))
        p++;
    if (!take_date(&p, end, &tm) || !skip(&p, end, " T") || !take_time(&p, end, &tm))
        return -1;
    int ms = skip(&p, end, ",.") ? take(&p, end, 3) : 0;
    time_t seconds = timegm(&tm);
    return seconds < 0 ? -1 : (int64_t)seconds * 1000 + (ms > 0 ? ms : 0);
}
