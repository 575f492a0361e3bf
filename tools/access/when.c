#include "tools/access/when.h"

#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Takes two digits, and in front of them the separator (0: none) where there is one. */
static bool take_two(const char **p, char separator, char *out)
{
    const char *s = *p + (separator && **p == separator);
    if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
        return false;
    memcpy(out, s, 2);
    out[2] = '\0';
    *p = s + 2;
    return true;
}

/* "Z", "+05:30", "+0530", "+05" or nothing, as RFC 3339 wants it. */
static bool take_zone(const char *p, char *out)
{
    char hours[3], minutes[3] = "00";
    memcpy(out, "Z", 2);
    if (!*p || ((*p == 'Z' || *p == 'z') && !p[1]))
        return true;
    char sign = *p++;
    if ((sign != '+' && sign != '-') || !take_two(&p, '\0', hours))
        return false;
    if (*p && !take_two(&p, ':', minutes))
        return false;
    snprintf(out, 8, "%c%s:%s", sign, hours, minutes);
    return !*p;
}

int when_parse(const char *text, int64_t *wall_ms, bool *whole_day)
{
    char year[5], month[3], day[3], hour[3], minute[3] = "00", second[3] = "00", fraction[8] = "", zone[8],
                                             whole[64];
    const char *p = text + strspn(text, " ");
    if (strspn(p, "0123456789") < 4)
        return -1;
    memcpy(year, p, 4);
    year[4] = '\0';
    p += 4;
    if (!take_two(&p, '-', month) || !take_two(&p, '-', day))
        return -1;
    *whole_day = !*p;
    if (*whole_day) {
        snprintf(whole, sizeof whole, "%s-%s-%s", year, month, day);
        return clock_parse(whole, wall_ms);
    }
    if ((*p != 'T' && *p != 't' && *p != ' ') || (p++, !take_two(&p, '\0', hour)))
        return -1;
    if (take_two(&p, ':', minute))
        take_two(&p, ':', second);
    if (*p == '.' || *p == ',') {
        size_t n = strspn(++p, "0123456789");
        snprintf(fraction, sizeof fraction, ".%.*s", (int)(n < 3 ? n : 3), p);
        p += n;
    }
    p += strspn(p, " ");
    if (!take_zone(p, zone))
        return -1;
    snprintf(whole, sizeof whole, "%s-%s-%sT%s:%s:%s%s%s", year, month, day, hour, minute, second, fraction,
             zone);
    return clock_parse(whole, wall_ms);
}
