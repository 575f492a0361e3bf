#include "base/clock.h"

#include <stdio.h>
#include <string.h>

int64_t clock_mono_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void clock_cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *m, int64_t until_mono_ms)
{
    if (until_mono_ms == INT64_MAX)
        return pthread_cond_wait(c, m) == 0;
    struct timespec ts = {.tv_sec = (time_t)(until_mono_ms / 1000), .tv_nsec = (long)(until_mono_ms % 1000) * 1000000};
    return pthread_cond_timedwait(c, m, &ts) == 0;
}

struct tm clock_utc(int64_t wall_ms)
{
    struct tm tm = {0};
    time_t seconds = (time_t)(wall_ms / 1000 - (wall_ms % 1000 < 0));
    gmtime_r(&seconds, &tm); /* cannot fail: 64 bits of milliseconds are less than 300 million years */
    return tm;
}

/* What is left of the second that clock_utc rounds down to. */
static int millisecond(int64_t wall_ms)
{
    int rest = (int)(wall_ms % 1000);
    return rest < 0 ? rest + 1000 : rest;
}

void clock_rfc3339(int64_t wall_ms, char *out)
{
    struct tm tm = clock_utc(wall_ms);
    int ms = millisecond(wall_ms);
    size_t n = strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    if (ms)
        n += (size_t)snprintf(out + n, CLOCK_TEXT_MAX - n, ".%03d", ms);
    snprintf(out + n, CLOCK_TEXT_MAX - n, "Z");
}

void clock_rfc3339_ms(int64_t wall_ms, char *out)
{
    struct tm tm = clock_utc(wall_ms);
    size_t n = strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, CLOCK_TEXT_MAX - n, ".%03dZ", millisecond(wall_ms));
}

void clock_amz(int64_t wall_ms, char *out)
{
    struct tm tm = clock_utc(wall_ms);
    strftime(out, CLOCK_TEXT_MAX, "%Y%m%dT%H%M%SZ", &tm);
}

/* Exactly `n` digits at *p; moves *p behind them. */
static bool digits(const char **p, int n, int *out)
{
    int v = 0;
    for (int i = 0; i < n; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return false;
        v = v * 10 + (**p - '0');
    }
    *out = v;
    return true;
}

static bool literal(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

/* Turns a checked calendar date and time in UTC into milliseconds; false if the day does not exist. */
static bool to_wall(const struct tm *want, int64_t *wall_ms)
{
    struct tm tm = *want;
    time_t t = timegm(&tm);
    if (tm.tm_mday != want->tm_mday || tm.tm_mon != want->tm_mon || want->tm_hour > 23 || want->tm_min > 59 ||
        want->tm_sec > 60)
        return false;
    *wall_ms = (int64_t)t * 1000;
    return true;
}

/* "Z" or "+05:30", to the end of the text; offset in minutes. */
static bool zone(const char *p, int *offset_min)
{
    if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0) {
        *offset_min = 0;
        return true;
    }
    int sign = *p == '-' ? -1 : 1, hours, minutes;
    if ((*p != '+' && *p != '-') || (p++, !digits(&p, 2, &hours)) || !literal(&p, ':') || !digits(&p, 2, &minutes))
        return false;
    *offset_min = sign * (hours * 60 + minutes);
    return *p == '\0' && hours < 24 && minutes < 60;
}

int clock_parse(const char *s, int64_t *wall_ms)
{
    struct tm tm = {0};
    const char *p = s;
    if (!digits(&p, 4, &tm.tm_year) || !literal(&p, '-') || !digits(&p, 2, &tm.tm_mon) || !literal(&p, '-') ||
        !digits(&p, 2, &tm.tm_mday))
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int64_t base;
    if (*p == '\0')
        return to_wall(&tm, wall_ms) ? 0 : -1;
    if ((*p != 'T' && *p != 't' && *p != ' ') || (p++, !digits(&p, 2, &tm.tm_hour)) || !literal(&p, ':') ||
        !digits(&p, 2, &tm.tm_min) || !literal(&p, ':') || !digits(&p, 2, &tm.tm_sec))
        return -1;
    int ms = 0, scale = 100, offset_min;
    if (literal(&p, '.')) {
        if (*p < '0' || *p > '9')
            return -1;
        for (; *p >= '0' && *p <= '9'; p++, scale /= 10)
            ms += (*p - '0') * scale;
    }
    if (!zone(p, &offset_min) || !to_wall(&tm, &base))
        return -1;
    *wall_ms = base + ms - (int64_t)offset_min * 60000;
    return 0;
}

int clock_parse_http(const char *s, int64_t *wall_ms)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm = {0};
    const char *p = strchr(s, ',');
    if (!p || p - s != 3 || (p++, !literal(&p, ' ')) || !digits(&p, 2, &tm.tm_mday) || !literal(&p, ' '))
        return -1;
    if (strlen(p) < 4)
        return -1;
    char name[4] = {p[0], p[1], p[2], '\0'};
    const char *at = strstr(months, name);
    if (!at || (at - months) % 3 != 0)
        return -1;
    tm.tm_mon = (int)(at - months) / 3;
    p += 3;
    if (!literal(&p, ' ') || !digits(&p, 4, &tm.tm_year) || !literal(&p, ' ') || !digits(&p, 2, &tm.tm_hour) ||
        !literal(&p, ':') || !digits(&p, 2, &tm.tm_min) || !literal(&p, ':') || !digits(&p, 2, &tm.tm_sec) ||
        strcmp(p, " GMT") != 0)
        return -1;
    tm.tm_year -= 1900;
    return to_wall(&tm, wall_ms) ? 0 : -1;
}
